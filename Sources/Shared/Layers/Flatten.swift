public import Tensors

/// From `[batch, ...]` to `[batch, values]`.
public struct Flatten: Layer {
  private var kept: PlainInput?

  public init() {}

  public var kind: String { "flatten" }

  public var changesGradient: Bool { true }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let input = PlainInput(x)
    kept = mode.isTraining ? input : nil
    let maps = x.maps
    let y = Features(input.plain.tensor.reshaped([maps.batch, maps.height * maps.width * maps.channels]))
    return target.map { y.materialized(into: $0) } ?? y
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let input = kept.takeKept()
    return input.gradient(Features(dy.tensor.reshaped(input.plain.maps.shape)), onto: gradient)
  }
}

extension Flatten {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, kind, output: [input.values], keptValues: 0))
    return [input.values]
  }
}
