public import Tensors

/// Adds a value to each channel: `[batch, height, width, channels]` to the same. For a convolution that no batch norm
/// follows. It is added by whoever reads the values next.
public struct Bias: Layer {
  var b: Parameter  // [channels]
  private var kept: PlainInput?

  public init(_ channels: Int) {
    b = Parameter([channels], start: .constant(0))
  }

  public var mapCount: Int { 0 }

  public var kind: String { "bias" }

  public var changesGradient: Bool { true }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let input = PlainInput(x)
    kept = mode.isTraining ? input : nil
    let b = b.value.values
    return Features(
      input.plain.maps,
      pending: Pending(scale: [Float](repeating: 1, count: b.count), shift: b.indices.map { b[$0] }))
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let input = kept.takeKept()
    let (slopes, sums) = dy.summed(with: input.plain.maps)
    b.gradient = Tensor(b.value.shape, values: sums.first.map { Float($0) })  // ∂b = Σ ∂y
    return input.gradient(Features(slopes, sums: sums), onto: gradient)
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    body("\(name).bias", &b)
  }

  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, kind, output: input, keptValues: 0))
    return input
  }
}
