import ArgumentParser
import Datasets
import Embeddings
import Foundation
import Parameters
import Telemetry
import Tensors
import Training

/// `antiphon embed`: sounds or a dataset to a dataset of embeddings.
struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Computes embeddings: what goes into a network's output layer, as 128 bytes for each patch of 0.96 s.",
    discussion: """
      The embeddings are made smaller by their principal components, whitened and put into 8 bits as VGGish does it, and \
      written as TFRecords of AudioSet's own schema. The components are those of a file (VGGish's \
      vggish_pca_params.npz, or one of ours), or are found in the training part, in \
      \(EmbeddingPreparation.mostFitted) of its patches or fewer. What was interrupted goes on where it stopped when the \
      same command is given again.

      What made the embeddings is written beside them, as \(EmbeddingMaker.fileName): a network that has learnt from them \
      makes captions of sound by that. It can be the --model and the --pca of another 'antiphon embed'.

      Example: antiphon embed dataset/ --model runs/first --fit-pca pca.safetensors --into embeddings/
      """)

  @Argument(
    help: """
      A dataset that 'antiphon prepare' made, or a folder of sounds as that command takes them; without folders in it, and \
      without --labels, the sounds have no labels.
      """)
  var sounds: String

  @Option(help: "A run, whose newest good checkpoint is taken, or a safetensors file such as a converted VGGish.")
  var model: String

  @Flag(help: "Take the run's checkpoint of the highest mAP while training, in place of the newest.")
  var best = false

  @Option(help: "A file of principal components: vggish_pca_params.npz, or what --fit-pca wrote.")
  var pca: String?

  @Option(
    help: "Find the principal components of the training part, and write them into this file, unless it is there.")
  var fitPca: String?

  @Option(help: "The folder of the embeddings.")
  var into: String

  @Option(help: "Labels of a folder of sounds, as for 'antiphon prepare'.")
  var labels: [String] = []

  @Option(help: "AudioSet's class_labels_indices.csv, for a folder of sounds.")
  var vocabulary: String?

  @Option(help: "Threads that compute.")
  var threads = AvailableCores().count

  @OptionGroup var output: OutputOptions

  func validate() throws {
    try ValidationError.demandApart(into, from: sounds)
    guard (pca == nil) != (fitPca == nil) else { throw ValidationError("expected either --pca or --fit-pca.") }
    guard threads > 0 else { throw ValidationError("--threads must be positive, it is \(threads).") }
    guard !isDataset || (labels.isEmpty && vocabulary == nil) else {
      throw ValidationError("\(sounds) is a dataset, which has its labels: no --labels or --vocabulary.")
    }
  }

  private var isDataset: Bool {
    FileManager.default.fileExists(atPath: "\(sounds)/\(DatasetDescription.fileName)")
  }

  func run() throws {
    try reportingErrors {
      let embedder = try Embedder(named: model, best ? .best : .newest) { note in
        FileHandle.standardError.write(Data("antiphon embed: \(note)\n".utf8))
      }
      let known = try knownPostprocessor(of: embedder)
      let source = try source(of: embedder)
      let report = try Interruption.watched(goesOn: true) { display, check in
        if let known,
          let report = try EmbeddingPreparation.finishedReport(of: source.description, by: embedder, known, in: into)
        {
          try source.remove()
          return report
        }
        let (dataset, skipped) = try source.prepared(threads: threads) { progress in
          try check()
          display.update(TaskProgress("prepare", progress, unit: "sounds"))
        }
        let preparation = EmbeddingPreparation(of: dataset, by: embedder)
        let postprocessor = try known ?? fit(preparation, by: embedder, display, check)
        let report = try preparation.run(postprocessor, into: into, skipped: skipped, threads: threads) { progress in
          try check()
          display.update(TaskProgress("embed", progress, unit: "patches"))
        }
        display.finish(TaskProgress("embed", done: report.patches, total: report.patches, unit: "patches"))
        try source.remove()
        return report
      }
      let summary = PrepareSummary(report, try Dataset(opening: into, of: .embedding).description, folder: into)
      try output.show(summary, summary.lines + report.lines(in: into))
    }
  }

  private func source(of embedder: Embedder) throws -> LogMelSource {
    if isDataset { return .dataset(try Dataset(opening: sounds, for: embedder.specification)) }
    let vocabulary = try vocabulary.map { try Vocabulary(audioSet: $0) }
    let list = try SoundList(in: sounds, labels: labels, vocabulary: vocabulary, mayLackLabels: true)
    return .sounds(PreparationPlan(list, settings: PreparationSettings()), folder: "\(into)/.log-mel")
  }

  /// The one of a file that there is: read before sounds are, which may take hours; where one is to be made, it is looked
  /// whether it can be written.
  private func knownPostprocessor(of embedder: Embedder) throws -> Postprocessor? {
    if let fitPca, !FileManager.default.fileExists(atPath: fitPca) {
      let folder = URL(filePath: fitPca).deletingLastPathComponent().path
      guard FileManager.default.isWritableFile(atPath: folder) else {
        throw SettingsError("--fit-pca: expected a folder that can be written to, \(folder) cannot")
      }
      guard !FileManager.default.fileExists(atPath: "\(into)/\(DatasetDescription.fileName)") else {
        throw SettingsError("\(into) holds a dataset, which is not of components that are yet to be found: \(fitPca)")
      }
      return nil
    }
    return try Postprocessor(reading: pca ?? fitPca!, of: embedder)
  }

  private func fit(
    _ preparation: EmbeddingPreparation, by embedder: Embedder, _ display: ProgressDisplay,
    _ check: @escaping @Sendable () throws -> Void
  ) throws -> Postprocessor {
    let fitted = try preparation.fit(threads: threads) { done, total in
      try check()
      display.update(TaskProgress("principal components", done: done, total: total, unit: "patches"))
    }
    try fitted.write(
      to: fitPca!, metadata: ["network": embedder.name, Postprocessor.networkKey: embedder.checksum.hexadecimal])
    return try Postprocessor(reading: fitPca!, of: embedder)
  }
}
