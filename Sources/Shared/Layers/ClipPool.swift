public import Tensors

/// What a fully connected layer makes of each vector of a clip, brought together over the clip: from
/// `[batch, vectors, 1, inputs]` to `[batch, outputs]`.
///
/// With attention, a second fully connected layer says how much each vector counts for each output (Kong et al. 2018, and
/// 2019 for features): `y = Σ v(x) · f(x) / Σ v(x)`, where v is the logistic function. A vector that only fills a clip up
/// does not count.
public struct ClipPool: Layer {
  public enum Values: Sendable {
    /// What the layer puts out, as it is.
    case features
    /// The logistic function of it.
    case probabilities
  }

  private let values: Values
  private let pooling: ClipPooling
  var gateW: Parameter?  // [inputs, outputs], of attention
  var gateB: Parameter?  // [outputs]
  var w: Parameter  // [inputs, outputs]
  var b: Parameter  // [outputs]
  private var kept: (input: PlainInput, pooled: PooledClips)?

  public init(_ inputs: Int, _ outputs: Int, of values: Values, by pooling: ClipPooling) {
    self.values = values
    self.pooling = pooling
    if pooling == .attention {
      gateW = Parameter([inputs, outputs], start: .lecun(inputs: inputs))
      gateB = Parameter([outputs], start: .constant(0))
    }
    w = Parameter([inputs, outputs], start: .lecun(inputs: inputs))
    b = Parameter([outputs], start: .constant(0))
  }

  public var kind: String {
    let what = values == .features ? "features" : "probabilities"
    return switch pooling {
    case .mean: "mean of \(what) over the clip"
    case .largest: "largest of \(what) over the clip"
    case .attention: "attention, \(what)"
    }
  }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let input = PlainInput(x)
    let pooled = PooledClips(
      Self.product(input, w, b), gates: gateW.map { Self.product(input, $0, gateB!) } ?? Tensor([0]), by: pooling,
      areProbabilities: values == .probabilities, lengths: mode.lengths)
    kept = mode.isTraining ? (input, pooled) : nil
    return target.map { Features(pooled.output).materialized(into: $0) } ?? Features(pooled.output)
  }

  private static func product(_ input: PlainInput, _ w: Parameter, _ b: Parameter) -> Tensor {
    let x = input.plain.tensor
    var y = Tensor(uninitialized: x.shape.dropLast() + [b.value.count])
    y.multiply(x.matrix, w.value.matrix)
    y.addToRows(b.value)
    return y
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let (input, values, gates) = learn(dy)
    var dx = Tensor(uninitialized: input.plain.maps.shape)
    dx.multiply(values.matrix, w.value.matrix.transposed)
    if let gateW { dx.multiply(gates.matrix, gateW.value.matrix.transposed, adding: true) }
    return input.gradient(Features(dx), onto: gradient)
  }

  public mutating func backwardToParameters(_ dy: Features) { _ = learn(dy) }

  private mutating func learn(_ dy: Features) -> (PlainInput, values: Tensor, gates: Tensor) {
    let (input, pooled) = kept.takeKept()
    let (values, gates) = (consume pooled).backward(dy.tensor)
    let x = input.plain.tensor.matrix.transposed
    w.gradient.multiply(x, values.matrix)
    b.gradient.sumRows(of: values)
    gateW?.gradient.multiply(x, gates.matrix)
    gateB?.gradient.sumRows(of: gates)
    return (input, values, gates)
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    if pooling == .attention {
      body("\(name).gate.weight", &gateW!)
      body("\(name).gate.bias", &gateB!)
    }
    body("\(name).weight", &w)
    body("\(name).bias", &b)
  }
}

extension ClipPool {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let (weights, outputs) = (w.value.count + (gateW?.value.count ?? 0), b.value.count)
    let products = weights / w.value.count
    body(
      LayerSummary(
        name, kind, output: [outputs], weights: weights, multiplies: weights * input[0],
        keptValues: (products * input[0] + 2) * outputs))
    return [outputs]
  }
}
