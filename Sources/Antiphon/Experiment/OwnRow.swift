import ArgumentParser
import Datasets
import Foundation
import Parameters

extension ExperimentPlan.Row {
  /// Reads a row of the user's own choice: `TITLE: FLAGS`, with flags of `antiphon train`.
  ///
  /// - Parameters:
  ///   - columns: The number of first columns in the table; the title is in the first of them.
  ///   - learningRate: Where the flags have none.
  ///   - dataset: Where the flags have none; another one must be of the same sounds with the same labels.
  /// - Throws: `SettingsError`.
  init(
    parsing text: String, columns: Int, learningRate: String, _ budget: ExperimentPlan.Budget, _ dataset: Dataset
  ) throws {
    guard let colon = text.range(of: ": ") else {
      throw SettingsError("expected a row of the form 'TITLE: FLAGS', found '\(text)'")
    }
    let title = String(text[..<colon.lowerBound])
    let flags = text[colon.upperBound...].split(separator: " ").map(String.init)
    let name = title.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".")) }
      .joined(separator: "-")
    guard !name.isEmpty else { throw SettingsError("expected a title of a row, found '\(text)'") }
    let given: TrainingOptions
    do {
      given = try TrainingOptions.parse(["--data", dataset.folder] + flags)
      try given.validate(isResuming: false)
    } catch { throw SettingsError("row '\(title)': \(TrainingOptions.message(for: error))") }
    try Self.checkFixed(given, title, budget)
    let settings = try given.newRun()
    let own = try Dataset(opening: given.absolute(given.data!), of: nil).description
    guard
      own.soundsDigest == dataset.description.soundsDigest,
      own.vocabularyDigest == dataset.description.vocabularyDigest
    else {
      throw SettingsError("row '\(title)': \(given.data!) is not of the same sounds and labels as \(dataset.folder)")
    }
    self.init(
      name: name, cells: [title] + Array(repeating: "", count: columns - 1), model: settings.model,
      learningRate: given.learningRate ?? learningRate, flags: flags, paper: nil)
  }

  private static func checkFixed(
    _ given: TrainingOptions, _ title: String, _ budget: ExperimentPlan.Budget
  ) throws {
    var endsByTime = false
    if case .seconds = budget { endsByTime = true }
    let fixed = [
      ("--seed", given.seed != nil), ("--epochs", given.epochs != nil),
      ("--checkpoints-in", given.checkpointsIn != nil), ("--early-stopping", given.earlyStopping != nil),
      ("--steps", given.steps != nil && endsByTime),
    ]
    for (flag, isGiven) in fixed where isGiven {
      throw SettingsError("row '\(title)': \(flag) is for the experiment to say")
    }
  }
}
