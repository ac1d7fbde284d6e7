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
    guard dataset.folder != folder, !has(dataset) else { return }
    let files = FileManager.default
    let name = DatasetDescription.fileName
    let part = "\(folder).part"
    try? files.removeItem(atPath: part)
    try files.createDirectory(atPath: part, withIntermediateDirectories: true)
    try files.copyItem(atPath: "\(dataset.folder)/\(name)", toPath: "\(part)/\(name)")
    try EmbeddingMaker.copy(from: dataset.folder, into: part)
    try? files.removeItem(atPath: folder)
    try files.moveItem(atPath: part, toPath: folder)
  }

  /// Whether it is kept, with what makes its vectors: of released ones the description does not tell what that is.
  private func has(_ dataset: Dataset) -> Bool {
    let names =
      [DatasetDescription.fileName] + (dataset.description.kind == .embedding ? [EmbeddingMaker.fileName] : [])
    return names.allSatisfy {
      FileManager.default.contentsEqual(atPath: "\(dataset.folder)/\($0)", andPath: "\(folder)/\($0)")
    }
  }

  private static func isDataset(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(DatasetDescription.fileName)")
  }
}
