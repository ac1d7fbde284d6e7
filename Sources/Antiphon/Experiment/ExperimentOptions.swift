import ArgumentParser
import Clusters
import Datasets
import Foundation
import Models
import Parameters

/// What all experiments have in common.
struct ExperimentOptions: ParsableArguments {
  @Option(help: "The folder of the dataset, as 'antiphon prepare' makes it.")
  var data: String

  @Option(help: "The folder for the trainings; given again with the same flags, it goes on where it was.")
  var into: String

  @Option(help: "Global steps of each training.")
  var steps: Int?

  @Option(help: "In place of --steps: minutes of each training.")
  var minutes: Double?

  @Option(help: "The step size, where a model has none of its own.")
  var learningRate = "1e-3"

  @Option(help: "Train each so many times, with seeds 0, 1, 2…, and show means ± standard deviations.")
  var seeds = 1

  @Option(
    name: .customLong("row"),
    help: .init(
      """
      One more row, 'TITLE: FLAGS', trained with flags of 'antiphon train' of its own, on the same dataset or on another \
      of the same sounds. Can be given several times.
      """))
  var ownRows: [String] = []

  @Option(
    help: .init(
      "Compare on a balanced choice of clips, with so many for each label where there are so many; the paper had 33.",
      valueName: "clips"))
  var balanced: Int?

  @Flag(
    help:
      "Compare the checkpoints of the highest mAP on the validation part, which an evaluator beside each training finds."
  )
  var best = false

  @Option(
    help: .init(
      """
      Compare by the mean of the scores of so many checkpoints, as 'evaluate --average'; they are kept at equal distances \
      from the beginning of each training to its end.
      """,
      valueName: "checkpoints"))
  var average = 1

  @OptionGroup var output: OutputOptions

  @Argument(
    parsing: .postTerminator,
    help: .init(
      """
      After '--', for each training, more of the flags that 'antiphon train' lists as what is trained: -- --servers 2 \
      --workers 4 --batch 64
      """,
      valueName: "training"))
  var training: [String] = []

  func validate() throws {
    guard (steps == nil) != (minutes == nil) else {
      throw ValidationError("expected either --steps or --minutes\(steps == nil ? "" : ", not both").")
    }
    if let steps, !(1...Int(Int32.max)).contains(steps) {
      throw ValidationError("--steps must be in 1...\(Int32.max), it is \(steps).")
    }
    if let minutes, !(minutes > 0 && minutes < 1e6) {
      throw ValidationError("--minutes must be positive, it is \(minutes).")
    }
    guard balanced ?? 1 > 0 else { throw ValidationError("--balanced must be positive, it is \(balanced!).") }
    guard (1...100).contains(average), average == 1 || !best else {
      throw ValidationError("--average must be in 1...100, and is not for --best; it is \(average).")
    }
    guard (1...1000).contains(seeds) else { throw ValidationError("--seeds must be in 1...1000, it is \(seeds).") }
    try checkTraining()
  }

  /// What comes after '--' is no nonsense, and does not say otherwise what a row says.
  private func checkTraining() throws {
    let given: TrainingOptions
    do {
      given = try TrainingOptions.parse(training)
    } catch { throw ValidationError("after '--': \(TrainingOptions.message(for: error))") }
    let fixed = [
      ("--model", given.model != nil), ("--data", given.data != nil), ("--steps", given.steps != nil),
      ("--epochs", given.epochs != nil), ("--learning-rate", given.learningRate != nil),
      ("--early-stopping", given.earlyStopping != nil),
      ("--checkpoints-in", given.checkpointsIn != nil), ("--seed", given.seed != nil),
    ]
    for (name, isGiven) in fixed where isGiven {
      throw ValidationError("\(name) is for the experiment to say, not for what comes after '--'.")
    }
    _ = try given.keeping(average, over: budget)
  }

  var dataset: Dataset {
    get throws { try Dataset(opening: URL(filePath: data).standardizedFileURL.path, of: nil) }
  }

  /// A row for each of some models.
  ///
  /// - Parameters:
  ///   - models: With commas between; `MODEL=RATE` has a step size of its own.
  ///   - paper: What was published of a model.
  func rows(of models: String, paper: (ModelSpecification) -> PaperScore?) throws -> [ExperimentPlan.Row] {
    try models.split(separator: ",").map { text in
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let specification = try ModelSpecification(parsing: parts.first ?? "")
      let learningRate = parts.count > 1 ? parts[1] : learningRate
      _ = try LearningRateSchedule(parsing: learningRate)
      return ExperimentPlan.Row(
        name: specification.description, cells: [specification.description], model: specification.description,
        learningRate: learningRate, paper: paper(specification))
    }
  }

  var budget: ExperimentPlan.Budget { steps.map { .steps($0) } ?? .seconds(minutes! * 60) }

  /// Does what was planned, and shows what became of it.
  func run(_ plan: ExperimentPlan) throws {
    var plan = plan
    (plan.seeds, plan.best, plan.average) = (seeds, best, average == 1 ? nil : average)
    plan.rows += try ownRows.map {
      try ExperimentPlan.Row(parsing: $0, columns: plan.headings.count, learningRate: learningRate, budget, dataset)
    }
    for row in plan.rows { _ = try TrainingOptions.parse(training + row.flags).keeping(average, over: budget) }
    guard !plan.rows.isEmpty else { throw SettingsError("expected rows, there is none") }
    guard Set(plan.rows.map(\.name)).count == plan.rows.count else {
      throw SettingsError("expected rows, each once, found '\(plan.rows.map(\.name).joined(separator: ","))'")
    }
    let stop = StopSignal()
    stop.followSignals()
    let path = URL(filePath: into).standardizedFileURL.path
    let result: ExperimentResult
    do {
      result = try ExperimentRunner(plan, in: path, stop: stop).run()
    } catch is Interruption {
      FileHandle.standardError.write(Data("stopped; the same command goes on from here\n".utf8))
      throw ExitCode(130)
    }
    try output.show(result, result.lines)
  }
}

/// Reads `3000,400`: positive numbers, each once.
func numbers(_ text: String) throws -> [Int] {
  let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
  guard numbers.allSatisfy({ $0 > 0 }), Set(numbers).count == numbers.count else {
    throw ValidationError("expected positive numbers with commas between, each once, found '\(text)'.")
  }
  return numbers
}
