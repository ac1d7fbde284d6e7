import ArgumentParser
import Datasets
import Telemetry
import Tensors

/// `antiphon prepare`: sound files to a dataset.
struct Prepare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turns sound files into a dataset of log-mel patches.",
    discussion: """
      Sounds that cannot be used are left out and listed in report.json. A preparation that was interrupted goes on \
      where it stopped when the same command is given again, and ends with the same bytes.
      """)

  @Argument(help: "The folder of sounds; without --labels, each of its folders is a label.")
  var sounds: String

  @Option(help: "Rows of path,label;label with an optional third column split; or AudioSet's segments.")
  var labels: String?

  @Option(help: "AudioSet's class_labels_indices.csv; without it the labels that occur are the vocabulary.")
  var vocabulary: String?

  @Option(help: "The folder of the dataset.")
  var into: String

  @Option(
    help: "The shares of train/validation/evaluation, for sounds that the labels put into none (default: 80/10/10).",
    transform: SplitRatio.init(parsing:))
  var split = SplitRatio()

  @Option(help: "Decides the split and the order of the clips.")
  var seed: UInt64 = 0

  @Option(help: "Clips of a shard; by default about 64, or fewer where that would give too few shards to share out.")
  var clipsPerShard: Int?

  @Option(help: "Threads that decode.")
  var threads = AvailableCores().count

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !sounds.isEmpty, !into.isEmpty else {
      throw ValidationError("expected the names of two folders, one is empty.")
    }
    guard threads > 0 else { throw ValidationError("--threads must be positive, it is \(threads).") }
    if let clipsPerShard, clipsPerShard < 1 {
      throw ValidationError("--clips-per-shard must be positive, it is \(clipsPerShard).")
    }
  }

  func run() throws {
    try reportingErrors {
      let list = try soundList()
      var settings = PreparationSettings()
      settings.split = split
      settings.seed = seed
      settings.clipsPerShard = clipsPerShard
      let preparation = Preparation(of: PreparationPlan(list, settings: settings), into: into)
      let report = try Interruption.watched(goesOn: true) { display, check in
        let report = try preparation.run(threads: threads, source: Preparation.soundFiles) { progress in
          try check()
          display.update(TaskProgress(progress))
        }
        let count = preparation.plan.soundCount
        display.finish(TaskProgress("prepare", done: count, total: count, unit: "sounds"))
        return report
      }
      let summary = PrepareSummary(report, try Dataset(opening: into).description, folder: into)
      try output.show(summary, summary.lines + report.skipped.lines.map { "  left out: \($0)" } + reportLines(report))
    }
  }

  private func soundList() throws -> SoundList {
    let vocabulary = try vocabulary.map { try Vocabulary(audioSet: $0) }
    guard let labels else { return try SoundList(foldersIn: sounds, vocabulary: vocabulary) }
    return try SoundList(folder: sounds, labels: labels, vocabulary: vocabulary)
  }

  private func reportLines(_ report: PreparationReport) -> [String] {
    report.skipped.isEmpty ? [] : ["  all of them: \(into)/\(PreparationReport.fileName)"]
  }
}

extension TaskProgress {
  fileprivate init(_ progress: Preparation.Progress) {
    self.init(
      "prepare", done: progress.sounds, total: progress.total, unit: "sounds",
      details: ["\(TaskProgress.time(progress.seconds)) heard"])
  }
}
