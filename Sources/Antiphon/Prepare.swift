import ArgumentParser
import Audio
import Datasets
import Embeddings
import Foundation
import Telemetry
import Tensors

/// `antiphon prepare`: sound files to a dataset.
struct Prepare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turns sound files into a dataset of log-mel patches, or released embeddings into one of embeddings.",
    discussion: """
      Sounds that cannot be used are left out and listed in report.json. A preparation that was interrupted goes on \
      where it stopped when the same command is given again, and ends with the same bytes.

      With --embeddings, SOUNDS is the folder of AudioSet's released embeddings (bal_train, unbal_train and eval with \
      their TFRecord files) or of YouTube-8M's frame-level files, as they are. Damaged records are left out and listed.
      """)

  @Argument(help: "The folder of sounds; without --labels, each of its folders is a label.")
  var sounds: String

  @Option(
    help: """
      A file with rows of path,label;label with an optional third column split; or AudioSet's segments, once for each of \
      its files: what eval_segments.csv lists is the evaluation part, and --split divides the rest.
      """)
  var labels: [String] = []

  @Option(
    help: """
      AudioSet's class_labels_indices.csv, or YouTube-8M's vocabulary.csv; without it the labels that occur are the \
      vocabulary.
      """)
  var vocabulary: String?

  @Option(help: "AudioSet's ontology.json: clips have what it has above their labels, too. It needs --vocabulary.")
  var ontology: String?

  @Option(help: "The folder of the dataset.")
  var into: String

  @Option(
    help: """
      The shares of train/validation/evaluation, for sounds that the labels put into none (default: 80/10/10). AudioSet's \
      released embeddings have no clips for validation: 95/5/0 takes some of the training part's, by lot with their ids; by \
      default none, so that all are trained on as in published results.
      """, transform: SplitRatio.init(parsing:))
  var split: SplitRatio?

  @Option(help: "Decides the split, and of sounds the order of the clips.")
  var seed: UInt64 = 0

  @Option(help: "Clips of a shard; by default about 64, or fewer where that would give too few shards to share out.")
  var clipsPerShard: Int?

  @Option(help: "Frames of a patch, ten milliseconds each; a multiple of four (default: 96).")
  var patchFrames: Int?

  @Option(help: "Threads that decode.")
  var threads = AvailableCores().count

  @Flag(help: "The folder has released embeddings, not sounds; they are taken as they are, by --vocabulary.")
  var embeddings = false

  @Option(
    help: """
      What the bytes of released embeddings mean: youtube-8m, byte · 4/255 + 4/512 - 2, or kong, (byte - 128)/128, as Kong \
      et al. and Caption4Sound read them. The dataset knows it, so that a network is always shown what it has learnt from.
      """)
  var dequantise = Dequantisation.youTube8M

  @Option(
    help: """
      What made the released embeddings, so that networks of them hear sounds for captions: the embedder.safetensors of an \
      'antiphon embed', or a converted VGGish with --pca. It is kept beside them.
      """)
  var embedder: String?

  @Option(help: "The principal components of --embedder, such as vggish_pca_params.npz, where that has none itself.")
  var pca: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard ontology == nil || vocabulary != nil else {
      throw ValidationError("--ontology knows labels by AudioSet's ids: --vocabulary is needed.")
    }
    if embeddings {
      guard vocabulary != nil else {
        throw ValidationError("--embeddings name labels by numbers: --vocabulary is needed.")
      }
      guard labels.isEmpty, clipsPerShard == nil, patchFrames == nil else {
        throw ValidationError(
          "--embeddings have their labels, files and patches: no --labels, --clips-per-shard or --patch-frames.")
      }
      if let split, split.train == 0 || split.evaluation > 0 {
        throw ValidationError(
          "--embeddings have their evaluation part: expected --split as 95/5/0, which takes clips of the training part for "
            + "validation, found \(split).")
      }
    }
    guard embeddings || (embedder == nil && dequantise == .youTube8M) else {
      throw ValidationError("--embedder and --dequantise are for released embeddings: --embeddings is needed.")
    }
    guard embedder != nil || pca == nil else {
      throw ValidationError("--pca has the principal components of a network: --embedder is needed.")
    }
    guard !sounds.isEmpty, !into.isEmpty else {
      throw ValidationError("expected the names of two folders, one is empty.")
    }
    try ValidationError.demandApart(into, from: sounds)
    guard threads > 0 else { throw ValidationError("--threads must be positive, it is \(threads).") }
    if let patchFrames, !(4...4096).contains(patchFrames) || !patchFrames.isMultiple(of: 4) {
      throw ValidationError("--patch-frames must be a multiple of 4 in 4...4096, it is \(patchFrames).")
    }
    if let clipsPerShard, clipsPerShard < 1 {
      throw ValidationError("--clips-per-shard must be positive, it is \(clipsPerShard).")
    }
  }

  func run() throws {
    try reportingErrors {
      let report = try embeddings ? prepareEmbeddings() : prepareSounds()
      let summary = PrepareSummary(report, try Dataset(opening: into, of: nil).description, folder: into)
      try output.show(summary, summary.lines + hints(report) + report.lines(in: into))
    }
  }

  /// What a release has not, and how it is had.
  private func hints(_ report: PreparationReport) -> [String] {
    guard embeddings, report.clipsPerSplit[.validation] == 0, report.clipsPerSplit[.train] ?? 0 > 0 else { return [] }
    return [
      "  validation: none; --split 95/5/0 takes clips of the training part, for train --evaluate and for captions"
    ]
  }

  private func prepareSounds() throws -> PreparationReport {
    let vocabulary = try vocabulary.map { try Vocabulary(audioSet: $0) }
    let list = try SoundList(
      in: sounds, labels: labels, vocabulary: vocabulary, ontology: ontology.map { try Ontology(reading: $0) })
    var settings = PreparationSettings()
    if let patchFrames { settings.frontEnd.framesPerPatch = patchFrames }
    settings.split = split ?? settings.split
    settings.seed = seed
    settings.clipsPerShard = clipsPerShard
    let preparation = Preparation(of: PreparationPlan(list, settings: settings), into: into)
    return try Interruption.watched(goesOn: true) { display, check in
      let report = try preparation.run(threads: threads, source: Preparation.soundFiles) { progress in
        try check()
        display.update(TaskProgress("prepare", progress, unit: "sounds"))
      }
      let count = preparation.plan.soundCount
      display.finish(TaskProgress("prepare", done: count, total: count, unit: "sounds"))
      return report
    }
  }

  private func prepareEmbeddings() throws -> PreparationReport {
    let maker = try embedder.map { path in
      try EmbeddingMaker(named: path, pca: pca, note: note)
    }
    var settings = EmbeddingRelease.settings
    settings.split = split ?? settings.split
    settings.seed = seed
    settings.quantization = dequantise.quantization
    let release = try EmbeddingRelease(
      folder: sounds, vocabulary: Vocabulary(audioSet: vocabulary!),
      ontology: ontology.map { try Ontology(reading: $0) }, settings: settings)
    return try Interruption.watched(goesOn: true) { display, check in
      let report = try release.write(into: into, threads: threads) { progress in
        try check()
        display.update(TaskProgress("prepare", progress, unit: "files"))
      }
      display.finish(TaskProgress("prepare", done: release.fileCount, total: release.fileCount, unit: "files"))
      try maker.map(keep)
      return report
    }
  }

  /// Keeps what made the embeddings beside them, and says so where that was another one before: nobody else can tell.
  private func keep(_ maker: EmbeddingMaker) throws {
    let path = "\(into)/\(EmbeddingMaker.fileName)"
    let old = FileManager.default.contents(atPath: path)
    try maker.write(into: into)
    if let old, old != FileManager.default.contents(atPath: path) { note("\(path) was another one, and is replaced") }
  }

  private func note(_ text: String) { FileHandle.standardError.write(Data("antiphon prepare: \(text)\n".utf8)) }
}

extension TaskProgress {
  init(_ title: String, _ progress: DatasetAssembly.Progress, unit: String) {
    self.init(
      title, done: progress.done, total: progress.total, unit: unit,
      details: ["\(TaskProgress.time(progress.seconds)) of sound"])
  }
}

extension PreparationReport {
  /// What was left out and what is unusual, for people.
  ///
  /// - Parameter folder: Where the report is.
  func lines(in folder: String) -> [String] {
    let counts = [(unlabelled ?? 0, "without a label"), (short ?? 0, "of fewer than ten vectors")]
    return counts.filter { $0.0 > 0 }.map { "  \(TaskProgress.grouped($0)) clips \($1)" }
      + skipped.lines.map { "  left out: \($0)" }
      + (skipped.isEmpty ? [] : ["  all of them: \(folder)/\(PreparationReport.fileName)"])
  }
}
