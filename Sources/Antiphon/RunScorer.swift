import Checkpoints
import Clusters
import Datasets
import Evaluation
import Foundation
import Models
import Parameters
import Telemetry
import Tensors
import Training

/// The network of a run, as a checkpoint has it, and a dataset with the run's labels to score.
struct RunScorer {
  /// Which checkpoint of a run is meant.
  enum Choice {
    case newest
    /// The one of the highest mAP while training.
    case best
  }

  let dataset: Dataset
  let checkpoint: Checkpoint
  let network: Network
  /// Those of earlier checkpoints, the scores of which are averaged with its own.
  let others: [Network]
  /// The steps of all whose scores are averaged, in order.
  let steps: [Int]
  private let loss: Loss

  /// - Parameters:
  ///   - data: The dataset's folder; `nil` for the one that the run was trained on.
  ///   - count: Of how many of the newest checkpoints the scores are averaged.
  ///   - note: Is told of each checkpoint that is damaged, and not used.
  init(
    _ folder: RunFolder, data: String? = nil, _ choice: Choice = .newest, averaging count: Int = 1,
    note: (String) -> Void
  ) throws {
    let settings = try folder.settings()
    dataset = try Dataset(opening: data ?? settings.dataset, for: ModelSpecification(parsing: settings.model))
    try settings.check(dataset)
    checkpoint = try Self.checkpoint(choice, of: folder, settings, note: note)
    network = try Network(settings, from: checkpoint)
    let earlier = try Self.checkpoints(count - 1, before: checkpoint, of: folder, settings, note: note)
    others = try earlier.map { try Network(settings, from: $0) }
    steps = ([checkpoint] + earlier).map(\.manifest.step).reversed()
    loss = settings.loss
  }

  /// The newest good checkpoints before another one.
  private static func checkpoints(
    _ count: Int, before checkpoint: Checkpoint, of folder: RunFolder, _ settings: RunSettings, note: (String) -> Void
  ) throws -> [Checkpoint] {
    let store = try CheckpointStore(of: folder, settings)
    var found: [Checkpoint] = []
    while found.count < count {
      let earlier = try store.newestGood(before: (found.last ?? checkpoint).manifest.step)
      for refused in earlier.refused { note("a checkpoint is not used: \(refused)") }
      guard let earlier = earlier.checkpoint else { break }
      found.append(earlier)
    }
    guard found.count == count else {
      throw ClusterError("expected \(count + 1) good checkpoints in \(store.location), there are \(found.count + 1)")
    }
    return found
  }

  /// A checkpoint of a run, whole and checked.
  static func checkpoint(
    _ choice: Choice, of folder: RunFolder, _ settings: RunSettings, note: (String) -> Void
  ) throws -> Checkpoint {
    let store = try CheckpointStore(of: folder, settings)
    return switch choice {
    case .newest: try newest(in: store, note: note)
    case .best: try best(of: folder, in: store, note: note)
    }
  }

  /// The clips of a part: all, or a balanced choice of them.
  ///
  /// - Parameter check: Throws where reading is to end.
  func clips(
    of split: Split, by balance: LabelBalance?, threads: Int, check: @Sendable () throws -> Void
  ) throws -> ClipSelection {
    let clips =
      if let balance {
        try dataset.balanced(split, by: balance, threads: threads) { _ in try check() }
      } else {
        ClipSelection(of: dataset.shards(of: split))
      }
    guard clips.count > 0 else {
      throw DatasetError.invalid(
        path: dataset.folder,
        reason: "there are no clips \(balance == nil ? "" : "with labels ")in its \(split.rawValue) part")
    }
    return clips
  }

  /// Scores clips of a part, and adds each to a result.
  ///
  /// - Parameters:
  ///   - check: Throws where that is to end.
  ///   - add: Called in the order of the part's shards.
  func score<Result: Sendable>(
    _ split: Split, _ clips: ClipSelection, threads: Int, _ display: ProgressDisplay,
    check: @escaping @Sendable () throws -> Void, into initial: Result,
    add: @Sendable (inout Result, DatasetScorer.ScoredClip) throws -> Void
  ) throws -> Result {
    let result = try DatasetScorer(network, beside: others, dataset, loss: loss).run(
      split, clips, threads: threads, into: initial
    ) {
      done in
      try check()
      display.update(TaskProgress("evaluate", done: done, total: clips.count, unit: "clips"))
    } add: {
      try add(&$0, $1)
    }
    display.finish(TaskProgress("evaluate", done: clips.count, total: clips.count, unit: "clips"))
    return result
  }

  /// How well the clips of a part are named.
  ///
  /// - Parameter labels: Those that were scored.
  func report(of scored: ScoredClips, labels: [Int]? = nil, threads: Int) throws -> EvaluationReport {
    let names = dataset.description.labels.map(\.name)
    return try ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      try EvaluationReport(scored, names: labels?.map { names[$0] } ?? names)
    }
  }

  private static func best(of folder: RunFolder, in store: CheckpointStore, note: (String) -> Void) throws -> Checkpoint
  {
    let results = try RunRecord.read(ValidationResult.self, at: folder.validation) { note("\($0)") }
    guard let best = ValidationHistory(results).best else {
      throw ClusterError("no checkpoint of \(folder.path) was scored while it was trained: see train --evaluate")
    }
    guard let checkpoint = try store.checked(atStep: best.step) else {
      throw ClusterError("expected the checkpoint of step \(best.step), the best one, in \(store.location)")
    }
    return checkpoint
  }

  private static func newest(in store: CheckpointStore, note: (String) -> Void) throws -> Checkpoint {
    let found = try store.newestGood()
    for refused in found.refused { note("a checkpoint is not used: \(refused)") }
    guard let checkpoint = found.checkpoint else {
      throw ClusterError("expected a checkpoint in \(store.location), there is no good one")
    }
    return checkpoint
  }
}
