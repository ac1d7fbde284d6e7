public import Tensors

/// A tensor that a network learns, with the gradient that the last backward pass found for it.
public struct Parameter: Sendable {
  public enum Kind: Sendable {
    /// Has a gradient.
    case weight
    /// A running average. Its `gradient` holds what the last training pass saw: parameter servers average that into
    /// the value, layers never do.
    case statistic
  }

  /// How a parameter begins.
  public enum Start: Equatable, Sendable {
    case constant(Float)
    /// Normal with a standard deviation of √(2 / inputs), for layers that a ReLU follows (He et al. 2015).
    case he(inputs: Int)
    /// Normal with a standard deviation of √(1 / inputs), for an output layer.
    case lecun(inputs: Int)
  }

  public let kind: Kind
  public let start: Start
  public var value: Tensor
  public var gradient: Tensor

  /// A parameter whose value is zero until it is set.
  public init(_ shape: [Int], kind: Kind = .weight, start: Start) {
    self.kind = kind
    self.start = start
    value = Tensor(shape)
    gradient = Tensor(shape)
  }

  /// The values that the parameter begins with.
  public func initialValue(using generator: inout SeededGenerator) -> Tensor {
    let values: [Float] =
      switch start {
      case .constant(let constant): [Float](repeating: constant, count: value.count)
      case .he(let inputs): generator.normal(value.count, deviation: (2 / Float(inputs)).squareRoot())
      case .lecun(let inputs): generator.normal(value.count, deviation: (1 / Float(inputs)).squareRoot())
      }
    return Tensor(value.shape, values: values)
  }
}
