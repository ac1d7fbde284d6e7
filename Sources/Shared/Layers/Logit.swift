import Glibc
public import Tensors

/// `ln(p / (1 - p))`: of probabilities what the loss and the scores expect, from `[batch, ...]` to the same. Probabilities
/// are held 1e-7 away from 0 and 1, as by Kong et al.
public struct Logit: Layer {
  private static let margin: Float = 1e-7
  private var kept: PlainInput?

  public init() {}

  public var kind: String { "logit" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let input = PlainInput(x)
    kept = mode.isTraining ? input : nil
    var y = input.plain.tensor
    var values = y.mutableValues
    for index in values.indices {
      let p = Self.held(values[index])
      values[index] = logf(p / (1 - p))
    }
    return target.map { Features(y).materialized(into: $0) } ?? Features(y)
  }

  /// `∂x = ∂y / (p (1 - p))`.
  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let input = kept.takeKept()
    let x = input.plain.tensor
    var dx = dy.tensor
    var slopes = dx.mutableValues
    let values = x.values
    for index in values.indices {
      let p = Self.held(values[index])
      slopes[index] /= p * (1 - p)
    }
    return input.gradient(Features(dx), onto: gradient)
  }

  /// What is not a number stays so.
  private static func held(_ p: Float) -> Float { p < margin ? margin : p > 1 - margin ? 1 - margin : p }

  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, kind, output: input, keptValues: input.values))
    return input
  }
}
