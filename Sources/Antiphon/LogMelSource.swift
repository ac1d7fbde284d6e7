import Datasets
import Foundation

/// The log-mel patches of which embeddings are made.
struct LogMelSource {
  let dataset: Dataset
  /// Sounds of which there are none.
  let skipped: [SkippedSound]
  private let temporary: String?

  /// Those of a dataset.
  init(dataset: Dataset) {
    (self.dataset, skipped, temporary) = (dataset, [], nil)
  }

  /// Those of sounds, prepared into a folder that can be removed.
  init(
    of list: SoundList, into folder: String, threads: Int,
    progress: @escaping @Sendable (DatasetAssembly.Progress) throws -> Void
  ) throws {
    let plan = PreparationPlan(list, settings: PreparationSettings())
    let report = try Preparation(of: plan, into: folder).run(
      threads: threads, source: Preparation.soundFiles, progress: progress)
    (dataset, skipped, temporary) = (try Dataset(opening: folder), report.skipped, folder)
  }

  /// Removes what is no longer needed.
  func remove() throws {
    if let temporary { try FileManager.default.removeItem(atPath: temporary) }
  }
}
