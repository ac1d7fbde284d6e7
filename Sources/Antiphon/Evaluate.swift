import ArgumentParser
import Checkpoints
import Clusters
import Datasets
import Evaluation
import Foundation
import Tensors

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
      let scorer = try RunScorer(folder, data: data, best ? .best : .newest) { note in
        FileHandle.standardError.write(Data("antiphon evaluate: \(note)\n".utf8))
      }
      let scored = try Interruption.watched(goesOn: false) { display, check in
        try scorer.score(split, threads: threads, display, check: check)
      }
      let result = EvaluationResult(
        report: try scorer.report(of: scored, threads: threads), step: scorer.checkpoint.manifest.step, split: split,
        dataset: scorer.dataset.folder)
      try output.show(result, [result.title, result.report.table])
      try result.write(to: "\(folder.path)/\(split.rawValue)")
    }
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
