import ArgumentParser
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

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures how well a run's network names sounds: AUC, d-prime and mAP.",
    discussion: """
      Takes the newest good checkpoint of the run. A clip's score for a label is the mean of its patches' outputs, as \
      in the paper; labels that no clip or every clip has are listed, and not averaged. The same goes \
      into the run's folder: evaluation.json and evaluation.csv, or validation.* or train.*, by --split.

      Example: antiphon evaluate runs/first --data dataset/
      """)

  @Argument(help: .init("The folder of the run.", valueName: "run"))
  var runFolder: String

  @Option(help: "The folder of the dataset; by default the one that the run was trained on.")
  var data: String?

  @Option(
    help: "Which part of it: train, validation or evaluation (default: evaluation).", transform: Split.init(named:))
  var split = Split.evaluation

  @Flag(help: "Take the checkpoint of the highest mAP while training, in place of the newest.")
  var best = false

  @Option(help: "Threads that compute.")
  var threads = AvailableCores().count

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard threads > 0 else { throw ValidationError("--threads must be positive, it is \(threads).") }
  }

  func run() throws {
    try reportingErrors {
      let folder = try RunFolder(opening: runFolder)
      let settings = try folder.settings()
      let dataset = try Dataset(opening: data ?? settings.dataset)
      guard dataset.description.vocabularyDigest == settings.vocabularyDigest else {
        throw SettingsError(
          "expected a dataset with the \(settings.classes) labels of the run, those of \(dataset.folder) are others")
      }
      let checkpoint = try best ? bestCheckpoint(of: folder, settings) : newestCheckpoint(of: folder, settings)
      let network = try Network(settings, from: checkpoint)
      let clips = dataset.description.splits[split]?.clips ?? 0
      guard clips > 0 else {
        throw DatasetError.invalid(path: dataset.folder, reason: "there are no clips in its \(split.rawValue) part")
      }
      let scored = try Interruption.watched(goesOn: false) { display, check in
        let scored = try DatasetScorer(network, dataset).run(
          split, threads: threads, into: ScoredClips(classes: dataset.description.classes)
        ) { done in
          try check()
          display.update(TaskProgress("evaluate", done: done, total: clips, unit: "clips"))
        } add: { scored, clip in
          try scored.add(scores: clip.scores, labels: clip.labels)
        }
        display.finish(TaskProgress("evaluate", done: clips, total: clips, unit: "clips"))
        return scored
      }
      let report = try ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
        try EvaluationReport(scored, names: dataset.description.labels.map(\.name))
      }
      let result = EvaluationResult(
        report: report, step: checkpoint.manifest.step, split: split, dataset: dataset.folder)
      try output.show(result, [result.title, result.report.table])
      try result.write(to: "\(folder.path)/\(split.rawValue)")
    }
  }

  private func bestCheckpoint(of folder: RunFolder, _ settings: RunSettings) throws -> Checkpoint {
    let store = try CheckpointStore(of: folder, settings)
    let results = try RunRecord.read(ValidationResult.self, at: folder.validation)
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

  private func newestCheckpoint(of folder: RunFolder, _ settings: RunSettings) throws -> Checkpoint {
    let store = try CheckpointStore(of: folder, settings)
    let found = try store.newestGood()
    for refused in found.refused {
      FileHandle.standardError.write(Data("antiphon evaluate: a checkpoint is not used: \(refused)\n".utf8))
    }
    guard let checkpoint = found.checkpoint else {
      throw ClusterError("expected a checkpoint in \(store.location), there is no good one")
    }
    return checkpoint
  }
}

extension Split {
  fileprivate init(named name: String) throws {
    guard let split = Split(rawValue: name) else {
      throw ValidationError("expected train, validation or evaluation, found '\(name)'")
    }
    self = split
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
