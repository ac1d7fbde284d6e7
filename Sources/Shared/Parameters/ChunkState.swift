public import Tensors

/// All that a server holds of one chunk, and all that a checkpoint keeps of it.
public struct ChunkState: Sendable {
  /// What a server applied of one worker.
  public struct Applied: Codable, Equatable, Sendable {
    /// The number under which the worker joined.
    public let incarnation: UInt64
    /// The last of its mini-batches whose gradient is in the values.
    public let clock: UInt64

    public init(incarnation: UInt64, clock: UInt64) {
      self.incarnation = incarnation
      self.clock = clock
    }
  }

  public var values: Tensor
  /// The optimizer's tensors (Adam's m and v); none for a statistic.
  public var slots: [Tensor]
  /// How many updates made these values: the t of Adam and the global step that the chunk has seen.
  public var version: Int
  /// The de-duplication memory: a push that it names is not applied again.
  public var applied: [Applied]

  public init(values: Tensor, slots: [Tensor], version: Int = 0, applied: [Applied] = []) {
    self.values = values
    self.slots = slots
    self.version = version
    self.applied = applied
  }

  /// No run makes more updates: who speaks of more is wrong.
  public static let largestVersion = UInt64(1) << 62

  /// Whether a worker's gradient of a clock is already in the values.
  public func contains(_ push: Applied) -> Bool {
    applied.contains { $0.incarnation == push.incarnation && $0.clock >= push.clock }
  }

  /// How many workers are remembered: those whose gradients came last.
  static let longestMemory = 4096

  mutating func remember(_ push: Applied) {
    applied.removeAll { $0.incarnation == push.incarnation }
    applied.append(push)
    if applied.count > Self.longestMemory { applied.removeFirst() }
  }
}
