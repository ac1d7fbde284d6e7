import ArgumentParser
import Datasets
import Foundation
import Telemetry
import Tensors

/// `antiphon scenes`: recordings of single sounds to labelled scenes.
struct Scenes: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Composes scenes of several sounds from recordings of single ones.",
    discussion: """
      The recordings are divided into training, validation and evaluation first, so that a scene for evaluation has no \
      sound that was heard in training. The scenes are FLAC, with a labels.csv that 'antiphon prepare' reads; events.csv \
      has the times of all sounds, and scenes.json the rule by which they were made. A composition that was interrupted goes on where it stopped \
      when the same command is given again, and ends with the same bytes.
      """)

  @Argument(help: "The folder of sounds.")
  var sounds: String

  @Option(help: "Rows of path,label;label.")
  var labels: String

  @Option(help: "The folder of the scenes.")
  var into: String

  @Option(help: "Scenes for training.")
  var train = 2500

  @Option(help: "Scenes for validation.")
  var validation = 300

  @Option(help: "Scenes for evaluation.")
  var evaluation = 500

  @Option(help: "The length of a scene, in seconds.")
  var seconds = 10.0

  @Option(help: "Decides everything that is drawn.")
  var seed: UInt64 = 0

  @Option(help: "Labels with fewer different recordings than this are left out.")
  var minimumFiles = SceneSettings().minimumFiles

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !sounds.isEmpty, !into.isEmpty else {
      throw ValidationError("expected the names of two folders, one is empty.")
    }
    for (option, count) in [("train", train), ("validation", validation), ("evaluation", evaluation)] {
      guard 0...1_000_000 ~= count else {
        throw ValidationError("--\(option) must be in 0...1000000, it is \(count).")
      }
    }
    try ValidationError.demandApart(into, from: sounds)
    try demandNew()
    guard train + validation + evaluation > 0 else { throw ValidationError("expected at least one scene.") }
    guard 1...600 ~= seconds else { throw ValidationError("--seconds must be in 1...600, it is \(seconds).") }
    guard minimumFiles >= settings.parts.count else {
      throw ValidationError(
        "--minimum-files must be at least \(settings.parts.count), one for each part, it is \(minimumFiles).")
    }
  }

  /// Nobody's own labels are written over: `--labels`, for example.
  private func demandNew() throws {
    let isThere = { (name: String) in FileManager.default.fileExists(atPath: "\(into)/\(name)") }
    guard !isThere("scenes.json"), !isThere(".preparation") else { return }
    for name in ["labels.csv", "events.csv"] where isThere(name) {
      throw ValidationError("--into expects a new folder, or one of scenes: \(into) has a \(name) of something else.")
    }
  }

  private var settings: SceneSettings {
    var settings = SceneSettings()
    settings.scenes = [.train: train, .validation: validation, .evaluation: evaluation]
    settings.seconds = seconds
    settings.seed = seed
    settings.minimumFiles = minimumFiles
    return settings
  }

  func run() throws {
    try reportingErrors {
      let list = try SoundList(folder: sounds, labels: [labels], vocabulary: nil)
      let composition = SceneComposition(of: list, settings: settings, into: into)
      let report = try Interruption.watched(goesOn: true) { display, check in
        let report = try composition.run(threads: AvailableCores().count) { progress in
          try check()
          display.update(TaskProgress(progress))
        }
        display.finish(TaskProgress(.composing(report.scenes, of: report.scenes)))
        return report
      }
      let summary = SceneSummary(report, folder: into)
      try output.show(summary, summary.lines + report.skipped.lines.map { "  left out: \($0)" })
    }
  }
}

extension TaskProgress {
  fileprivate init(_ progress: SceneComposition.Progress) {
    switch progress {
    case .hearing(let done, let total): self.init("hear", done: done, total: total, unit: "recordings")
    case .composing(let done, let total): self.init("compose", done: done, total: total, unit: "scenes")
    }
  }
}
