import Captions
import Checkpoints
import Clusters
import Datasets
import Evaluation
import Foundation
import Parameters
import Telemetry
import Tensors

/// From which score on each label of a run's network is taken for heard: chosen on the clips of the validation part, and
/// kept in the run's folder.
struct RunThresholds: Codable {
  /// Of a label that no clip of the validation part has.
  private static let unknown: Float = 0.5
  /// What few clips suggest may be beyond reason.
  private static let range: ClosedRange<Float> = 0.05...0.95

  /// Of the checkpoint, as are the checksums of its shards.
  let step: Int
  let shards: [UInt32]
  let clips: Int
  /// Of what the dataset was made whose validation part they were chosen on.
  let soundsDigest: String
  /// By label.
  let scores: [Float]

  /// Reads them, or chooses them and writes them.
  ///
  /// - Parameter check: Throws where that is to end.
  init(
    of folder: RunFolder, _ scorer: RunScorer, _ sound: SoundNetwork, _ display: ProgressDisplay,
    check: () throws -> Void
  ) throws {
    let step = scorer.checkpoint.manifest.step
    let timing = sound.timing == .each ? "" : "-\(sound.timing.rawValue)"
    let file = URL(filePath: "\(folder.thresholds)/step-\(step)\(timing).json")
    if let bytes = try? Data(contentsOf: file), let known = try? JSONDecoder().decode(Self.self, from: bytes),
      known.shards == scorer.checkpoint.manifest.shards.map(\.checksum),
      known.soundsDigest == scorer.dataset.description.soundsDigest,
      known.scores.count == scorer.dataset.description.classes, known.scores.allSatisfy(Self.range.contains)
    {
      self = known
      return
    }
    guard scorer.dataset.folder != KeptDataset(of: folder).folder else {
      throw CaptionError(
        "expected thresholds of step \(step) in \(file.path), or the clips to choose them on, in "
          + "\(try folder.settings().dataset): make captions once where these are, or give --threshold")
    }
    try self.init(choosingWith: scorer, sound, display, check: check)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    do {
      try FileManager.default.createDirectory(atPath: folder.thresholds, withIntermediateDirectories: true)
      try encoder.encode(self).write(to: file, options: .atomic)
    } catch { display.note("the thresholds are not kept: cannot write \(file.path)") }
  }

  /// A clip's score for a label is here that of its loudest moment: the highest of those that captions are made of.
  private init(
    choosingWith scorer: RunScorer, _ sound: SoundNetwork, _ display: ProgressDisplay, check: () throws -> Void
  ) throws {
    let dataset = scorer.dataset
    let total = dataset.description.splits[.validation]?.clips ?? 0
    guard total > 0 else {
      throw DatasetError.invalid(
        path: dataset.folder,
        reason: "there are no clips in its validation part to choose thresholds on: give --threshold")
    }
    let classes = dataset.description.classes
    var highest = Array(repeating: [Float](), count: classes)
    var labels: [Set<Int>] = []
    var scores = sound.scores
    var reader = dataset.clips(of: .validation)
    while let clip = try reader.next() {
      try check()
      let rows = try scores.add(sound.examples(of: clip)) + scores.finish()
      for label in 0..<classes { highest[label].append(rows.reduce(0) { max($0, $1[label]) }) }
      labels.append(Set(clip.labels))
      display.update(TaskProgress("thresholds", done: labels.count, total: total, unit: "clips"))
    }
    display.finish(TaskProgress("thresholds", done: labels.count, total: total, unit: "clips"))
    step = scorer.checkpoint.manifest.step
    shards = scorer.checkpoint.manifest.shards.map(\.checksum)
    clips = labels.count
    soundsDigest = dataset.description.soundsDigest
    self.scores = highest.indices.map { label in
      let best = BestThreshold(scores: highest[label], isPositive: labels.map { $0.contains(label) })
      return best.map { min(max($0.score, Self.range.lowerBound), Self.range.upperBound) } ?? Self.unknown
    }
  }
}
