import Captions
import Clusters
import Datasets
import Embeddings
import Foundation

/// A run's dataset without its clips, in the run's folder: what describes it, and what makes its vectors, if it is one of
/// embeddings. Captions need no more of it once there are thresholds, so that the run's folder is then enough for them.
struct KeptDataset {
  /// It is a dataset's folder, of which the shards are not there.
  let folder: String

  init(of run: RunFolder) { folder = "\(run.path)/dataset" }

  /// Where to read what a run learnt from: the dataset itself where it is, and otherwise what is kept of it.
  ///
  /// - Throws: `CaptionError` where there is neither.
  func place(insteadOf dataset: String) throws(CaptionError) -> String {
    for place in [dataset, folder] where Self.isDataset(place) { return place }
    throw CaptionError(
      "expected the run's dataset in \(dataset): captions have to be made once where it is, after which the run's folder is "
        + "enough")
  }

  /// Keeps what captions need of a dataset, unless it is kept.
  func keep(_ dataset: Dataset) throws {
    guard dataset.folder != folder else { return }
    let names = [DatasetDescription.fileName, EmbeddingMaker.fileName]
    let (source, target) = (URL(filePath: dataset.folder), URL(filePath: folder))
    guard !names.allSatisfy({ Self.areSame(source.appending(path: $0), target.appending(path: $0)) }) else { return }
    let part = URL(filePath: "\(folder).part")
    try? FileManager.default.removeItem(at: part)
    try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
    for name in names where FileManager.default.fileExists(atPath: source.appending(path: name).path) {
      try FileManager.default.copyItem(at: source.appending(path: name), to: part.appending(path: name))
    }
    try? FileManager.default.removeItem(at: target)
    try FileManager.default.moveItem(at: part, to: target)
  }

  private static func isDataset(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(DatasetDescription.fileName)")
  }

  private static func areSame(_ one: URL, _ other: URL) -> Bool {
    FileManager.default.contentsEqual(atPath: one.path, andPath: other.path)
      || ![one, other].contains { FileManager.default.fileExists(atPath: $0.path) }
  }
}
