import ArgumentParser
import Datasets
import Models
import Parameters

struct Table2: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Which network: trains each equally long, and compares them.",
    discussion: """
      Each is a run as 'antiphon train' makes it, in a folder beside the others, and is evaluated on the evaluation part. \
      The paper's figures stand beside; they are of 70 million videos and 3087 labels.

      Example:
        antiphon experiment table2 --data dataset/ --into table2/ --minutes 20 \
          --models fc-3x1000=3e-4,alexnet-w24,resnet14-w16 --long -- --workers 2
      """)

  @Option(help: "Which, with commas between; MODEL=RATE has a constant step size of its own.")
  var models = "fc-3x1000,alexnet,vgg19,inception,resnet50"

  @Flag(
    help: "Train the last one 3.4 times as long too, with a tenth of the step size from 13/17 on, as the paper did.")
  var long = false

  @OptionGroup var options: ExperimentOptions

  func run() throws {
    try reportingErrors {
      var rows = try options.rows(of: models) { .table2($0.architecture, isLong: false) }
      if long { rows.append(try longer(rows[rows.count - 1])) }
      try options.run(
        ExperimentPlan(
          name: "table2", headings: ["network"], rows: rows, balanced: options.balanced,
          dataset: options.dataset.folder, budget: options.budget,
          training: options.training))
    }
  }

  private func longer(_ row: ExperimentPlan.Row) throws -> ExperimentPlan.Row {
    let schedule = try LearningRateSchedule(parsing: row.learningRate)
    guard schedule.warmUpSteps == 0, schedule.pieces.count == 1, schedule.pieces[0].decay == nil else {
      throw SettingsError("expected one step size for --long, which lowers it late, found '\(row.learningRate)'")
    }
    return ExperimentPlan.Row(
      name: "\(row.name)-long", cells: ["\(row.model), longer"], model: row.model, learningRate: row.learningRate,
      longerThan: row.name,
      paper: .table2(try ModelSpecification(parsing: row.model).architecture, isLong: true))
  }
}
