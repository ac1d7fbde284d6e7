import Datasets
import Foundation

/// The log-mel patches of which embeddings are made.
enum LogMelSource {
  case dataset(Dataset)
  /// Sounds, and the folder into which they are prepared, which is there for as long as it is needed.
  case sounds(PreparationPlan, folder: String)

  /// What they are, or will be.
  var description: DatasetDescription {
    switch self {
    case .dataset(let dataset): dataset.description
    case .sounds(let plan, _): plan.description
    }
  }

  /// Makes the patches, where they are not there yet.
  ///
  /// - Returns: The dataset, and the sounds of which there are none.
  func prepared(
    threads: Int, progress: @escaping @Sendable (DatasetAssembly.Progress) throws -> Void
  ) throws -> (dataset: Dataset, skipped: [SkippedSound]) {
    switch self {
    case .dataset(let dataset): return (dataset, [])
    case .sounds(let plan, let folder):
      let report = try Preparation(of: plan, into: folder).run(
        threads: threads, source: Preparation.soundFiles, progress: progress)
      return (try Dataset(opening: folder), report.skipped)
    }
  }

  /// Removes what is no longer needed, and what somebody has left of that.
  func remove() throws {
    guard case .sounds(_, let folder) = self, FileManager.default.fileExists(atPath: folder) else { return }
    // First what says that all of it is there: who is killed here leaves no dataset that lacks its shards.
    try? FileManager.default.removeItem(atPath: "\(folder)/\(DatasetDescription.fileName)")
    try FileManager.default.removeItem(atPath: folder)
  }
}
