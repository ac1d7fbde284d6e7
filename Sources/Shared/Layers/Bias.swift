public import Tensors

/// Adds a value to each channel: `[..., channels]` to the same. For a convolution that no batch norm follows.
public struct Bias: Layer {
  var b: Parameter  // [channels]

  public init(_ channels: Int) {
    b = Parameter([channels], start: .constant(0))
  }

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    var y = x
    y.addToRows(b.value)
    return y
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    b.gradient.sumRows(of: dy)  // ∂b = Σ ∂y
    return dy
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    body("\(name).bias", &b)
  }
}

extension Bias {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, "bias", output: input, keptValues: 0))
    return input
  }
}
