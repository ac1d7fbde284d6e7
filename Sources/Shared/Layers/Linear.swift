public import Tensors

/// A fully connected layer, `y = x · w + b`: from `[batch, inputs]` to `[batch, outputs]`.
public struct Linear: Layer {
  var w: Parameter  // [inputs, outputs]
  var b: Parameter  // [outputs]
  private var kept: PlainInput?

  /// - Parameter isOutput: Whether no ReLU follows, so that the weights begin smaller.
  public init(_ inputs: Int, _ outputs: Int, isOutput: Bool = false) {
    w = Parameter([inputs, outputs], start: isOutput ? .lecun(inputs: inputs) : .he(inputs: inputs))
    b = Parameter([outputs], start: .constant(0))
  }

  public var kind: String { "fully connected" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let input = PlainInput(x)
    kept = mode.isTraining ? input : nil
    var y = Tensor(uninitialized: [x.maps.batch, b.value.count])
    y.multiply(input.plain.tensor.matrix, w.value.matrix)
    y.addToRows(b.value)
    return target.map { Features(y).materialized(into: $0) } ?? Features(y)
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let input = kept.takeKept()
    let dy = dy.tensor
    learn(input, dy)
    var dx = Tensor(uninitialized: [dy.shape[0], w.value.shape[0]])
    dx.multiply(dy.matrix, w.value.matrix.transposed)  // ∂x = ∂y · wᵀ
    return input.gradient(Features(dx), onto: gradient)
  }

  public mutating func backwardToParameters(_ dy: Features) {
    learn(kept.takeKept(), dy.tensor)
  }

  private mutating func learn(_ input: PlainInput, _ dy: Tensor) {
    w.gradient.multiply(input.plain.tensor.matrix.transposed, dy.matrix)  // ∂w = xᵀ · ∂y
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
    body(
      LayerSummary(
        name, kind, output: [outputs], weights: weights, multiplies: weights,
        keptValues: outputs))
    return [outputs]
  }
}
