public import Parameters

/// A chunk as it was at the moment of a checkpoint.
public struct ChunkSnapshot: Sendable {
  /// The position in the model's chunks.
  public let chunk: Int
  public let state: ChunkState

  public init(chunk: Int, state: ChunkState) {
    self.chunk = chunk
    self.state = state
  }
}
