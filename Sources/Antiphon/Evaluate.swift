import ArgumentParser
import Checkpoints
import Clusters
import Datasets
import Evaluation
import Training

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures how well a run's network names sounds: AUC, d-prime and mAP.",
    discussion: """
      Takes the newest good checkpoint of the run. A clip's score for a label is the mean of its patches' outputs, as \
      in the paper; labels that no clip or every clip has are listed, and not averaged. The same goes \
      into the run's folder: evaluation.json and evaluation.csv, or validation.* or train.*, by --split; with \
      --balanced, evaluation-balanced.*.

      Examples: antiphon evaluate runs/first --data dataset/
                antiphon evaluate runs/first --balanced 33
      """)

  @OptionGroup var scoring: ScoringOptions

  @OptionGroup var output: OutputOptions

  func run() throws {
    try reportingErrors {
      let folder = try RunFolder(opening: scoring.runFolder)
      let scorer = try scoring.scorer(of: folder, for: Self.fullName)
      let scored = try scoring.score(scorer, into: ScoredClips(classes: scorer.dataset.description.classes)) {
        try $0.add(scores: $1.scores, labels: $1.labels)
      }
      let report = try scorer.report(of: scored, threads: scoring.threads)
      let result = EvaluationResult(report, of: scorer, scoring.split, balanced: scoring.balanced)
      try output.show(result, [result.title, result.report.table])
      try result.write(to: "\(folder.path)/\(result.name)")
    }
  }
}
