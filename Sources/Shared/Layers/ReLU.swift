public import Tensors

/// `max(x, 0)`.
public struct ReLU: Layer {
  private var y: Tensor?

  public init() {}

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    var result = x
    result.rectify()
    y = mode == .training ? result : nil
    return result
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    var dx = dy
    dx.rectifyBackward(output: y.kept())
    return dx
  }
}

extension ReLU {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, "ReLU", output: input, keptValues: input.values))
    return input
  }
}
