import ArgumentParser
import Clusters
import Datasets
import Foundation
import Tensors
import Training

/// What is scored: the network of which checkpoint of a run, and which clips.
struct ScoringOptions: ParsableArguments {
  @Argument(help: .init("The folder of the run.", valueName: "run"))
  var runFolder: String

  @Option(help: "The folder of the dataset; by default the one that the run was trained on.")
  var data: String?

  @Option(
    help: "Which part of it: train, validation or evaluation (default: evaluation).", transform: Split.init(named:))
  var split = Split.evaluation

  @Option(
    help: .init(
      "Score a balanced choice of its clips, with so many for each label where there are so many; the paper had 33.",
      valueName: "clips"))
  var balanced: Int?

  @Flag(help: "Take the checkpoint of the highest mAP while training, in place of the newest.")
  var best = false

  @Option(help: "Threads that compute.")
  var threads = AvailableCores().count

  func validate() throws {
    guard threads > 0 else { throw ValidationError("--threads must be positive, it is \(threads).") }
    guard balanced ?? 1 > 0 else { throw ValidationError("--balanced must be positive, it is \(balanced!).") }
  }

  /// - Parameters:
  ///   - command: The name of the command, which tells of damaged checkpoints.
  ///   - count: Of how many of the newest checkpoints the scores are averaged.
  func scorer(of folder: RunFolder, for command: String, averaging count: Int = 1) throws -> RunScorer {
    try RunScorer(folder, data: data, best ? .best : .newest, averaging: count) { note in
      FileHandle.standardError.write(Data("\(command): \(note)\n".utf8))
    }
  }

  /// Scores the clips, and adds each to a result; shows the progress, and can be interrupted.
  func score<Result: Sendable>(
    _ scorer: RunScorer, into initial: Result,
    add: @escaping @Sendable (inout Result, DatasetScorer.ScoredClip) throws -> Void
  ) throws -> Result {
    try Interruption.watched(goesOn: false) { display, check in
      let balance = balanced.map { LabelBalance(clipsPerLabel: $0) }
      return try scorer.score(
        split, try scorer.clips(of: split, by: balance, threads: threads, check: check), threads: threads, display,
        check: check, into: initial, add: add)
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
