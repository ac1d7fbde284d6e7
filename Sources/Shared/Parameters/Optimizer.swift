public import Tensors

/// The rule by which a gradient changes weights.
public protocol Optimizer: Sendable {
  /// The names of the tensors that it keeps beside each weight, as they stand in a checkpoint behind the weight's name.
  var slots: [String] { get }

  /// Changes a chunk of weights by one gradient.
  ///
  /// - Parameters:
  ///   - slots: A tensor as large as the weights for each name in `slots`, zero at the start.
  ///   - step: The number of this chunk's update, from 1.
  func update(_ weights: inout Tensor, slots: inout [Tensor], gradient: Span<Float>, step: Int, learningRate: Float)
}

extension Adam: Optimizer {
  public var slots: [String] { ["adam_m", "adam_v"] }

  public func update(
    _ weights: inout Tensor, slots: inout [Tensor], gradient: Span<Float>, step: Int, learningRate: Float
  ) {
    var secondMoments = slots.removeLast()  // taken out of the array, so that both are changed in place
    update(
      &weights, firstMoments: &slots[0], secondMoments: &secondMoments, gradient: gradient, step: step,
      learningRate: learningRate)
    slots.append(secondMoments)
  }
}
