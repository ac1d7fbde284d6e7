public import Tensors

/// Brings log-mel values, which lie in -4.6...5.6, to about zero mean and unit variance: a fixed `(x + 3) / 2`, without
/// which a network that begins with a fully connected layer hardly learns. VGGish has no such step, since its first
/// layers are convolutions that were trained for weeks.
public struct Standardize: Layer {
  public init() {}

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    let channels = x.shape.last ?? 1
    return x.scaledAndShifted(
      by: Tensor([channels], values: [Float](repeating: 0.5, count: channels)),
      Tensor([channels], values: [Float](repeating: 1.5, count: channels)))
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    var dx = dy
    dx.scale(by: 0.5)
    return dx
  }
}

extension Standardize {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, "standardize", output: input, keptValues: input.values))
    return input
  }
}
