public import Tensors

/// A fully connected layer, `y = x · w + b`: from `[batch, inputs]` to `[batch, outputs]`.
public struct Linear: Layer {
  var w: Parameter  // [inputs, outputs]
  var b: Parameter  // [outputs]
  private var x: Tensor?

  /// - Parameter isOutput: Whether no ReLU follows, so that the weights begin smaller.
  public init(_ inputs: Int, _ outputs: Int, isOutput: Bool = false) {
    w = Parameter([inputs, outputs], start: isOutput ? .lecun(inputs: inputs) : .he(inputs: inputs))
    b = Parameter([outputs], start: .constant(0))
  }

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    self.x = mode == .training ? x : nil
    var y = Tensor(uninitialized: [x.shape[0], b.value.count])
    y.multiply(x.matrix, w.value.matrix)
    y.addToRows(b.value)
    return y
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    backwardToParameters(dy)
    var dx = Tensor(uninitialized: x.kept().shape)
    dx.multiply(dy.matrix, w.value.matrix.transposed)  // ∂x = ∂y · wᵀ
    return dx
  }

  public mutating func backwardToParameters(_ dy: Tensor) {
    w.gradient.multiply(x.kept().matrix.transposed, dy.matrix)  // ∂w = xᵀ · ∂y
    b.gradient.sumRows(of: dy)  // ∂b = Σ ∂y
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    body("\(name).weight", &w)
    body("\(name).bias", &b)
  }
}

extension Linear {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let (weights, outputs) = (w.value.count, b.value.count)
    // A ReLU keeps a copy of its own.
    let isKept = w.start == .lecun(inputs: w.value.shape[0])
    body(
      LayerSummary(
        name, "fully connected", output: [outputs], weights: weights, multiplies: weights,
        keptValues: isKept ? outputs : 0))
    return [outputs]
  }
}
