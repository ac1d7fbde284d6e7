import Evaluation
import Training

/// The scores of all clips, and those clips that were named worst.
struct ReportScores: Sendable {
  private static let mostHard = 12

  private(set) var clips: ScoredClips
  /// Those of the highest loss, the highest first.
  private(set) var hardest: [DatasetScorer.ScoredClip] = []

  init(classes: Int) { clips = ScoredClips(classes: classes) }

  mutating func add(_ clip: DatasetScorer.ScoredClip) throws {
    try clips.add(scores: clip.scores, labels: clip.labels)
    let place = hardest.firstIndex { $0.loss < clip.loss } ?? hardest.count
    guard place < Self.mostHard else { return }
    hardest.insert(clip, at: place)
    if hardest.count > Self.mostHard { hardest.removeLast() }
  }
}
