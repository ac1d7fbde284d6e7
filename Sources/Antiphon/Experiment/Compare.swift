import ArgumentParser
import Datasets

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "What you ask: trains what each --row says, and compares.",
    discussion: """
      Each row has flags of 'antiphon train' of its own, those after '--' are for all. All are compared on the evaluation \
      part of their dataset, which must be of the same sounds with the same labels.

      Example:
        antiphon experiment compare --data dataset/ --into rules/ --steps 4000 --seeds 3 \
          --row 'async: --model fc-2x256 --workers 4' \
          --row 'sync: --model fc-2x256 --workers 4 --consistency sync --steps 1000'
      """)

  @OptionGroup var options: ExperimentOptions

  func run() throws {
    try reportingErrors {
      try options.run(
        ExperimentPlan(
          name: "compare", headings: ["training"], rows: [], balanced: options.balanced,
          dataset: options.dataset.folder, budget: options.budget, training: options.training))
    }
  }
}
