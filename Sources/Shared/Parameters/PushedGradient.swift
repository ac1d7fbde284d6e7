/// Values where they were received, or a tensor.
public protocol GradientValues: Sendable {
  /// The number of values.
  var count: Int { get }

  /// Hands over all values; called once for each part of a chunk that is changed.
  func withValues<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result
}

/// A worker's gradient (of a weight) or observation (of a statistic) for one chunk.
public struct PushedGradient: Sendable {
  /// By this name it is applied once.
  public let name: ChunkState.Applied
  /// The version of the weights that it was computed from.
  public let basedOn: Int
  /// As many as the chunk has.
  public let values: any GradientValues

  public init(name: ChunkState.Applied, basedOn: Int, values: any GradientValues) {
    self.name = name
    self.basedOn = basedOn
    self.values = values
  }
}
