import ArgumentParser
import Checkpoints
import Clusters
import Datasets
import Evaluation
import Tensors
import Training

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures how well a run's network names sounds: AUC, d-prime and mAP.",
    discussion: """
      Takes the newest good checkpoint of the run. A clip's score for a label is the mean of its patches' outputs, as \
      in the paper; labels that no clip or every clip has are listed, and not averaged. The same goes \
      into the run's folder: evaluation.json and evaluation.csv, or validation.* or train.*, by --split; with \
      --balanced, evaluation-balanced.*; with --average 5, evaluation-mean-of-5.*.

      With --scenes it measures captions instead: how well sounds are found in time. By onset, a sound is found by a \
      caption that begins within 200 ms of it; by intersection, where captions that are at least half right cover half \
      of it. Both are the mean F1 of the labels, with the thresholds of 'antiphon caption', and with its --timing.

      Examples: antiphon evaluate runs/first --data dataset/
                antiphon evaluate runs/first --balanced 33
                antiphon evaluate runs/first --scenes scenes/
      """)

  @OptionGroup var scoring: ScoringOptions

  @Option(help: "Measure captions, on the scenes of a folder that 'antiphon scenes' made.")
  var scenes: String?

  @OptionGroup var timing: TimingOption

  @Option(
    help: .init(
      "Take the mean of the scores of so many of the newest checkpoints; train --keep says how many there are.",
      valueName: "checkpoints"))
  var average = 1

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard scenes == nil || scoring.balanced == nil && average == 1 else {
      throw ValidationError("expected --scenes without --balanced and --average.")
    }
    guard timing.timing == nil || scenes != nil else {
      throw ValidationError("expected --timing with --scenes: it is about when sounds are heard.")
    }
    guard (1...100).contains(average) else {
      throw ValidationError("--average must be in 1...100, it is \(average).")
    }
    guard average == 1 || !scoring.best else {
      throw ValidationError("expected either --average or --best: they are about different checkpoints.")
    }
  }

  func run() throws {
    try reportingErrors {
      let folder = try RunFolder(opening: scoring.runFolder)
      let scorer = try scoring.scorer(of: folder, for: Self.fullName, averaging: average)
      if let scenes { return try measureCaptions(scorer, of: folder, on: scenes) }
      let scored = try scoring.score(scorer, into: ScoredClips(classes: scorer.dataset.description.classes)) {
        try $0.add(scores: $1.scores, labels: $1.labels)
      }
      let report = try scorer.report(of: scored, threads: scoring.threads)
      let result = EvaluationResult(report, of: scorer, scoring.split, balanced: scoring.balanced)
      try output.show(result, [result.title, result.report.table])
      try result.write(to: "\(folder.path)/\(result.name)")
    }
  }

  private func measureCaptions(_ scorer: RunScorer, of folder: RunFolder, on scenes: String) throws {
    let scores = try Interruption.watched(goesOn: false) { display, check in
      try ThreadPool.$current.withValue(ThreadPool(threads: scoring.threads)) {
        try SceneScores(scorer, of: folder, timing.timing, on: scenes, scoring.split, display, check: check)
      }
    }
    try output.show(scores, scores.lines)
  }
}
