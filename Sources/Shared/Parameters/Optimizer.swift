public import Tensors

/// The rule by which a gradient changes weights.
public protocol Optimizer: Sendable {
  /// The names of the tensors that it keeps beside each weight, as they stand in a checkpoint behind the weight's name.
  var slots: [String] { get }

  /// Changes a chunk by one gradient; the chunk's version is already the number of this update, from 1.
  ///
  /// The chunk has a tensor as large as its values for each name in `slots`, zero at the start.
  func update(_ chunk: inout ChunkState, gradient: Span<Float>, learningRate: Float)
}

extension Adam: Optimizer {
  public var slots: [String] { ["adam_m", "adam_v"] }

  public func update(_ chunk: inout ChunkState, gradient: Span<Float>, learningRate: Float) {
    var secondMoments = chunk.slots.removeLast()  // out of the array, so that both moments are changed in place
    update(
      &chunk.values, firstMoments: &chunk.slots[0], secondMoments: &secondMoments, gradient: gradient,
      step: chunk.version, learningRate: learningRate)
    chunk.slots.append(secondMoments)
  }
}
