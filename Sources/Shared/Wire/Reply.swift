public import Parameters

/// What a server answers.
public enum Reply: Equatable, Sendable {
  /// `RunSettings` as JSON.
  case settings([UInt8])
  /// The worker takes part, under this number.
  case joined(incarnation: UInt64)
  /// A part with the values of each chunk follows; an empty one for a statistic that was pushed.
  case values([ChunkVersion])
  /// The gradients wait for those of other workers; `values` follows when they are applied.
  case pending
  /// The server has not seen the push: send it again.
  case unknown
  case directive(Coordinator.Directive, step: UInt64)
  case lease(Lease)
  case done
  /// `RunStatus` as JSON.
  case status([UInt8])
  /// The `ShardRecord` of what was saved, as JSON.
  case saved([UInt8])
  /// It was tried and did not succeed; the reason in one line.
  case failed(String)
  /// The asker is wrong here; the reason in one line.
  case refused(String)
}
