import Captions
import Clusters
import Datasets
import Embeddings
import Foundation
import Parameters
import Training

/// A run's dataset without its clips, in the run's folder: what describes it, and what makes its vectors, if it is one of
/// embeddings. Captions need no more of it once there are thresholds, so that the run's folder is then enough for them.
struct KeptDataset {
  /// It is a dataset's folder, of which the shards are not there.
  let folder: String

  init(of run: RunFolder) { folder = "\(run.path)/dataset" }

  /// Where to read what a run learnt from: the dataset itself where it is, and otherwise what is kept of it.
  ///
  /// - Throws: `CaptionError` where there is neither; `SettingsError` where another dataset has taken its place.
  func place(insteadOfThatOf settings: RunSettings) throws -> String {
    if Self.isDataset(settings.dataset) {
      do {
        try settings.check(Dataset(opening: settings.dataset, of: nil))
        return settings.dataset
      } catch {
        guard Self.isDataset(folder) else { throw error }
      }
    }
    guard Self.isDataset(folder) else {
      throw CaptionError(
        "expected the run's dataset in \(settings.dataset): captions have to be made once where it is, after which the "
          + "run's folder is enough")
    }
    return folder
  }

  /// Keeps what captions need of a dataset, unless it is kept.
  func keep(_ dataset: Dataset) throws {
    guard dataset.folder != folder, !isKept(dataset) else { return }
    let files = FileManager.default
    let name = DatasetDescription.fileName
    let part = "\(folder).part-\(getpid())"  // others may do the same
    defer { try? files.removeItem(atPath: part) }
    try files.createDirectory(atPath: part, withIntermediateDirectories: true)
    try files.copyItem(atPath: "\(dataset.folder)/\(name)", toPath: "\(part)/\(name)")
    for place in [dataset.folder, folder] { try EmbeddingMaker.copy(from: place, into: part) }
    try? files.removeItem(atPath: folder)
    do {
      try files.moveItem(atPath: part, toPath: folder)
    } catch {
      guard isKept(dataset) else { throw error }  // by another process, a moment ago
    }
  }

  /// Whether it is kept, with what makes its vectors, where that is there: of released ones the description does not tell
  /// what it is.
  private func isKept(_ dataset: Dataset) -> Bool {
    let files = FileManager.default
    let hasMaker = files.fileExists(atPath: "\(dataset.folder)/\(EmbeddingMaker.fileName)")
    return ([DatasetDescription.fileName] + (hasMaker ? [EmbeddingMaker.fileName] : [])).allSatisfy {
      files.contentsEqual(atPath: "\(dataset.folder)/\($0)", andPath: "\(folder)/\($0)")
    }
  }

  private static func isDataset(_ folder: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(folder)/\(DatasetDescription.fileName)")
  }
}
