import Checkpoints
import Dispatch
import Parameters
import Synchronization

/// Writes one server's shard of a checkpoint while the server goes on serving.
///
/// The chunks are values: taking them all costs nothing, and the server's next update of a chunk that is not yet written
/// changes a copy. So a shard is of one moment.
final class ShardSaver: Sendable {
  let name: CheckpointName
  private let outcome = Mutex<Result<ShardRecord, CheckpointError>?>(nil)

  /// - Parameter writer: Opens the file; called on the saver's own queue.
  init(
    name: CheckpointName, snapshots: [ChunkSnapshot],
    writer: @escaping @Sendable () throws(CheckpointError) -> ShardWriter
  ) {
    self.name = name
    DispatchQueue(label: "checkpoint").async { [self] in
      let result = Self.write(snapshots, writer)
      outcome.withLock { $0 = result }
    }
  }

  /// The record of what was written, or why it could not be; `nil` while it is being written.
  var result: Result<ShardRecord, CheckpointError>? { outcome.withLock { $0 } }

  private static func write(
    _ snapshots: [ChunkSnapshot], _ open: () throws(CheckpointError) -> ShardWriter
  ) -> Result<ShardRecord, CheckpointError> {
    do throws(CheckpointError) {
      var writer = try open()
      for snapshot in snapshots { try writer.write(snapshot) }
      return .success(try writer.finish())
    } catch {
      return .failure(error)
    }
  }
}
