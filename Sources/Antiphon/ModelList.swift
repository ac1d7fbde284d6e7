import ArgumentParser
import Models

/// `antiphon models`: what the networks are, and what they cost.
struct ModelList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models",
    abstract: "Shows the networks: their layers, weights, multiplies and memory, beside the paper's figures.",
    discussion: """
      Without a model: those of the paper, and VGGish. With one: its stages, between which a worker exchanges gradients \
      and weights with the servers.

      Example: antiphon models resnet14-w16 --batch 128 --classes 35 --layers
      """)

  @Argument(help: .init("Networks: \(ModelSpecification.forms).", valueName: "model"))
  var models: [String] = []

  @Option(help: "Patches in a mini-batch, for the memory.")
  var batch = 32

  @Option(help: "Labels; the paper has 3087.")
  var classes = PaperFigures.classes

  @Flag(help: "Show each layer.")
  var layers = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for (option, value) in [("batch", batch), ("classes", classes)] {
      guard 1...1_000_000 ~= value else {
        throw ValidationError("--\(option) must be in 1...1000000, it is \(value).")
      }
    }
  }

  func run() throws {
    try reportingErrors {
      let names = models.isEmpty ? ["fc", "alexnet", "vgg19", "inception", "resnet50", "vggish"] : models
      let specifications = try names.map { try ModelSpecification(parsing: $0) }
      let detail: ModelReport.Detail = layers ? .layers : models.isEmpty ? .sums : .stages
      let report = ModelReport(specifications, batch: batch, classes: classes, detail: detail)
      try output.show(report, report.lines)
    }
  }
}
