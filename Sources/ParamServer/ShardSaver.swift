import Checkpoints
import Dispatch
import Parameters
import Synchronization

/// Writes one server's shard of a checkpoint while the server goes on serving.
///
/// The chunks are values: taking them all costs nothing, and the server's next update of a chunk that is not yet written
/// changes a copy. So a shard is of one moment. A chunk is let go of as soon as it is in the file: its next update changes
/// it in place again, also while the file goes to the disk or the store, which takes longer than to write it.
final class ShardSaver: Sendable {
  let name: CheckpointName
  /// What is not written yet, the next one last.
  private let waiting: Mutex<[ChunkSnapshot]>
  private let outcome = Mutex<Result<ShardRecord, CheckpointError>?>(nil)

  /// - Parameters:
  ///   - histograms: Is told of each chunk.
  ///   - writer: Opens the file; called on the saver's own queue.
  init(
    name: CheckpointName, snapshots: [ChunkSnapshot], histograms: ShardHistograms,
    writer: @escaping @Sendable () throws(CheckpointError) -> ShardWriter
  ) {
    self.name = name
    waiting = Mutex(snapshots.reversed())
    DispatchQueue(label: "checkpoint").async { [self] in
      let result = write(writer, histograms)
      outcome.withLock { $0 = result }
    }
  }

  /// The record of what was written, or why it could not be; `nil` while it is being written.
  var result: Result<ShardRecord, CheckpointError>? { outcome.withLock { $0 } }

  private func write(
    _ open: () throws(CheckpointError) -> ShardWriter, _ histograms: ShardHistograms
  ) -> Result<ShardRecord, CheckpointError> {
    defer { waiting.withLock { $0 = [] } }  // what a full disk did not take
    do throws(CheckpointError) {
      var histograms = histograms
      var writer = try open()
      while let snapshot = waiting.withLock({ $0.popLast() }) {
        histograms.add(snapshot)
        try writer.write(snapshot)
      }
      histograms.finish()
      return .success(try writer.finish())
    } catch {
      return .failure(error)
    }
  }
}
