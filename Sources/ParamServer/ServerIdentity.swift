import Checkpoints
import Clusters

/// Which server of which run a process is.
struct ServerIdentity: Sendable {
  let folder: RunFolder
  /// The run's checkpoints.
  let store: CheckpointStore
  /// From 0.
  let index: Int
  /// The number of servers of the run.
  let count: Int
  /// The server's count of its own starts.
  let generation: UInt32
}
