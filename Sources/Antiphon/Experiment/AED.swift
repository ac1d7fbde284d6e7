import ArgumentParser
import Datasets
import Models

struct AED: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aed",
    abstract: "Which network of embeddings: trains networks that name clips by their embeddings, for equally long.",
    discussion: """
      The dataset is one of embeddings, AudioSet's released ones or those of 'antiphon embed'. A fully connected network \
      hears each vector by itself, as Google's baseline did; the others bring the vectors of a clip together. The figures \
      beside each are those that were published of such a network on AudioSet, each by its own steps and labels.

      Examples:
        antiphon experiment aed --data embeddings/ --into aed/ --steps 50000 -- --batch 500 --sampling balanced
        antiphon experiment aed --data embeddings/ --into aed/ --steps 5000 --models fc-1x64-i128,single-attention-2x64
      """)

  @Option(help: "Which, with commas between; MODEL=RATE has a constant step size of its own.")
  var models = (["fc-1x1024-i128"] + ClipArchitecture.allCases.map { "\($0.rawValue)-3x1024" }).joined(separator: ",")

  @OptionGroup var options: ExperimentOptions

  func run() throws {
    try reportingErrors {
      let rows = try options.rows(of: models) { .aed($0) }
      try options.run(
        ExperimentPlan(
          name: "aed", headings: ["network"], rows: rows, balanced: options.balanced, dataset: options.dataset.folder,
          budget: options.budget, training: options.training))
    }
  }
}
