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
  private let network: Network

  /// - Parameters:
  ///   - data: The dataset's folder; `nil` for the one that the run was trained on.
  ///   - note: Is told of each checkpoint that is damaged, and not used.
  init(_ folder: RunFolder, data: String? = nil, _ choice: Choice = .newest, note: (String) -> Void) throws {
    let settings = try folder.settings()
    dataset = try Dataset(opening: data ?? settings.dataset)
    guard dataset.description.vocabularyDigest == settings.vocabularyDigest else {
      throw SettingsError(
        "expected a dataset with the \(settings.classes) labels of the run, those of \(dataset.folder) are others")
    }
    checkpoint = try Self.checkpoint(choice, of: folder, settings, note: note)
    network = try Network(settings, from: checkpoint)
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

  /// Scores all clips of a part.
  ///
  /// - Parameters:
  ///   - labels: Which labels are scored, ascending; `nil` for all.
  ///   - check: Throws where that is to end.
  func score(
    _ split: Split, labels: [Int]? = nil, threads: Int, _ display: ProgressDisplay,
    check: @escaping @Sendable () throws -> Void
  ) throws -> ScoredClips {
    let clips = dataset.description.splits[split]?.clips ?? 0
    guard clips > 0 else {
      throw DatasetError.invalid(path: dataset.folder, reason: "there are no clips in its \(split.rawValue) part")
    }
    let scored = try DatasetScorer(network, dataset).run(
      split, threads: threads, into: ScoredClips(classes: labels?.count ?? dataset.description.classes)
    ) { done in
      try check()
      display.update(TaskProgress("evaluate", done: done, total: clips, unit: "clips"))
    } add: { scored, clip in
      guard let labels else { return try scored.add(scores: clip.scores, labels: clip.labels) }
      try scored.add(scores: labels.map { clip.scores[$0] }, labels: clip.labels.compactMap(labels.firstIndex(of:)))
    }
    display.finish(TaskProgress("evaluate", done: clips, total: clips, unit: "clips"))
    return scored
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
    guard let name = try store.committed().last(where: { $0.step == best.step }) else {
      throw ClusterError("expected the checkpoint of step \(best.step), the best one, in \(store.location)")
    }
    let checkpoint = try store.open(name)
    try checkpoint.checkAll()
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

extension Network {
  /// The network of a run with the values of a checkpoint.
  fileprivate init(_ settings: RunSettings, from checkpoint: Checkpoint) throws {
    self.init(try ModelSpecification(parsing: settings.model), classes: settings.classes)
    let manifest = Manifest(of: self)
    for (index, chunk) in manifest.chunks.enumerated() {
      let state = try checkpoint.chunkState(index, of: manifest)
      setValue(ofParameter: chunk.tensor, fromRow: chunk.rows.lowerBound, values: state.values.values)
    }
  }
}
