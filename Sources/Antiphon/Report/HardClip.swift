import Audio
import Datasets
import Figures
import Training

/// A clip that was named badly, as a report shows it.
struct HardClip {
  struct ScoredLabel {
    let name: String
    let score: Double
    /// Whether the clip has it.
    let isThere: Bool
  }

  /// So many columns of a spectrogram at most.
  private static let mostColumns = 480
  private static let mostScores = 5

  let identifier: String
  let start: Double
  let seconds: Double
  let loss: Double
  /// Those that it has, the highest score first.
  let labels: [ScoredLabel]
  /// The highest scores, the highest first.
  let highest: [ScoredLabel]
  /// Those that it has and that are scored below 0.5, and those that it has not and that are not; the worst first.
  let missed: [ScoredLabel]
  let falselyHeard: [ScoredLabel]
  let spectrogram: Picture

  init(_ scored: DatasetScorer.ScoredClip, _ clip: Clip, _ description: DatasetDescription) {
    let all = scored.scores.enumerated().map { label, score in
      ScoredLabel(name: description.labels[label].name, score: Double(score), isThere: scored.labels.contains(label))
    }.sorted { $0.score > $1.score }
    identifier = clip.identifier
    start = Double(clip.start)
    let settings = description.frontEnd
    let patches = clip.patches.count / description.patchSize
    seconds = Double(patches * settings.framesPerPatch) * settings.hopSeconds
    loss = scored.loss
    labels = all.filter(\.isThere)
    highest = Array(all.prefix(Self.mostScores))
    missed = labels.filter { $0.score < 0.5 }.reversed()
    falselyHeard = all.filter { !$0.isThere && $0.score >= 0.5 }
    spectrogram = Self.spectrogram(of: clip, bands: description.embedding?.size ?? settings.bands)
  }

  static func all(of scores: ReportScores, in dataset: Dataset, _ split: Split) throws -> [HardClip] {
    try scores.hardest.map {
      HardClip($0, try dataset.clip(at: $0.place, of: split), dataset.description)
    }
  }

  /// All patches side by side, low frequencies at the bottom, or the vectors in columns, and from the clip's quietest value to its loudest.
  private static func spectrogram(of clip: Clip, bands: Int) -> Picture {
    let frames = clip.patches.count / bands
    let together = (frames + mostColumns - 1) / mostColumns
    let columns = frames / together
    let (low, high) = (Double(clip.patches.min()!), Double(clip.patches.max()!))
    let values = (0..<bands).flatMap { row in
      (0..<columns).map { column in
        let sum = (0..<together).reduce(0) { sum, frame in
          sum + Int(clip.patches[(column * together + frame) * bands + bands - 1 - row])
        }
        return UInt8((Double(sum) / Double(together) - low) / max(1, high - low) * 255)
      }
    }
    return Picture(width: columns, height: bands, values: values)
  }
}
