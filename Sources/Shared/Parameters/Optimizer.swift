public import Tensors

/// The rule by which a gradient changes weights.
public protocol Optimizer: Sendable {
  /// The names of the tensors that it keeps beside each weight, as they stand in a checkpoint behind the weight's name.
  var slots: [String] { get }

  /// Changes some values of a chunk by one gradient.
  ///
  /// The chunk has a tensor as large as its values for each name in `slots`, zero at the start.
  ///
  /// - Parameters:
  ///   - range: Which values.
  ///   - gradient: As many.
  ///   - step: The number of this update of the chunk, from 1.
  func update(
    _ chunk: inout ChunkState, in range: Range<Int>, gradient: Span<Float>, step: Int, learningRate: Float)
}

extension Adam: Optimizer {
  public var slots: [String] { ["adam_m", "adam_v"] }

  public func update(
    _ chunk: inout ChunkState, in range: Range<Int>, gradient: Span<Float>, step: Int, learningRate: Float
  ) {
    var secondMoments = chunk.slots.removeLast()  // out of the array, so that both moments are changed in place
    update(
      &chunk.values, firstMoments: &chunk.slots[0], secondMoments: &secondMoments, in: range, gradient: gradient,
      step: step, learningRate: learningRate)
    chunk.slots.append(secondMoments)
  }
}

extension Tensor: GradientValues {
  public func withValues<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result { try body(values) }
}
