public import Parameters

/// What a server answers.
public enum Reply: Equatable, Sendable {
  /// `RunSettings` as JSON.
  case settings([UInt8])
  /// The worker takes part, under this number; it goes on drawing where one of its index was, unless that is empty.
  case joined(incarnation: UInt64, sampler: String)
  /// A part with the values of each chunk follows; an empty one for a statistic that was pushed.
  case values([ChunkVersion])
  /// The gradients wait for those of other workers; `values` follows when they are applied.
  case pending
  /// The server has not seen the push: send it again.
  case unknown
  case directive(Coordinator.Instruction)
  case lease(Lease)
  case done
  /// `RunStatus` as JSON.
  case status([UInt8])
  /// The shard of a checkpoint was written; its `ShardRecord` as JSON.
  case saved(folder: String, record: [UInt8])
  /// The shard of a checkpoint could not be written; the reason in one line.
  case notSaved(folder: String, reason: String)
  /// What belongs in the shard of a checkpoint does not change any more.
  case snapshotTaken(folder: String)
  /// The TCP ports of the server's lanes, from the second on: the first one has answered.
  case lanes([UInt16])
  /// The replica lacks these chunks, or updates of them: they are needed whole.
  case behind([UInt32])
  /// Those of the chunks that the replica has; parts as in `copy` follow.
  case copies([CopiedChunk], lineage: UInt32)
  /// What server 0 knew of the run, as JSON; empty if nothing is known of it.
  case kept([UInt8])
  /// The bytes that came to all lanes of the server since this start of it, and went from them.
  case load(generation: UInt32, received: UInt64, sent: UInt64)
  /// The asker is wrong here; the reason in one line.
  case refused(String)
}
