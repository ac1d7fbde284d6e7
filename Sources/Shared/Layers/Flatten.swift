public import Tensors

/// From `[batch, ...]` to `[batch, values]`.
public struct Flatten: Layer {
  private var shape: [Int]?

  public init() {}

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    shape = mode == .training ? x.shape : nil
    return x.reshaped([x.shape[0], x.shape.dropFirst().reduce(1, *)])
  }

  public mutating func backward(_ dy: Tensor) -> Tensor { dy.reshaped(shape.kept()) }
}

extension Flatten {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, "flatten", output: [input.values], keptValues: 0))
    return [input.values]
  }
}
