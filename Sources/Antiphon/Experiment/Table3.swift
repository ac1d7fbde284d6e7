import ArgumentParser
import Datasets
import Models
import Parameters

struct Table3: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "How many labels: trains on the commonest ones, with a bottleneck and without, and compares on the fewest.",
    discussion: """
      For each number, a dataset with so many labels is written into the folder, those that most clips have; all are \
      trained on the same clips. A bottleneck is a layer of 128 units before the output layer, which makes many labels \
      affordable. The paper had 30K, 3K and 400 labels.

      Example: antiphon experiment table3 --data dataset/ --into table3/ --model resnet14-w16 --labels 300,30,4 --minutes 20
      """)

  @Option(help: "The network.")
  var model = "resnet50"

  @Option(help: "How many labels, the most first; all are compared on the last number of them.", transform: numbers)
  var labels: [Int]

  @Option(help: "Units of the bottleneck.")
  var bottleneck = 128

  @OptionGroup var options: ExperimentOptions

  func run() throws {
    try reportingErrors {
      let dataset = try options.dataset
      let classes = dataset.description.classes
      guard labels == labels.sorted(by: >), labels[0] <= classes else {
        throw SettingsError("expected at most \(classes) labels, the most first, found \(labels)")
      }
      let wide = try ModelSpecification(parsing: model)
      guard wide.bottleneck == nil else {
        throw SettingsError("expected a network without a bottleneck, which --bottleneck gives it, found \(wide)")
      }
      let bottlenecked = ModelSpecification(
        wide.architecture, filters: wide.filters, bottleneck: bottleneck, input: wide.input)
      let narrow = try ModelSpecification(parsing: "\(bottlenecked)")
      let rows = [wide, narrow].flatMap { network in
        labels.enumerated().map { place, count in
          ExperimentPlan.Row(
            name: "\(network)-\(count)-labels", cells: [network == narrow ? "yes" : "no", "\(count)"],
            model: "\(network)", learningRate: options.learningRate,
            subset: DatasetSubset(
              labels: count == classes ? nil : DatasetSubset.commonestLabels(count, of: dataset.description)),
            paper: labels.count == 3 ? .table3(hasBottleneck: network == narrow, place: place) : nil)
        }
      }
      let papers = [false, true].flatMap { hasBottleneck in
        (0..<3).compactMap { PaperScore.table3(hasBottleneck: hasBottleneck, place: $0) }
      }
      try options.run(
        ExperimentPlan(
          name: "table3", headings: ["bottleneck", "labels"], rows: rows,
          comparedLabels: DatasetSubset.commonestLabels(labels.last!, of: dataset.description),
          balanced: options.balanced, dataset: dataset.folder,
          budget: options.budget, training: options.training, papers: labels.count == 3 ? [] : papers))
    }
  }
}
