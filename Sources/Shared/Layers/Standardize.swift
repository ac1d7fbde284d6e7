public import Tensors

/// Brings log-mel values, which lie in -4.6...5.6, to about zero mean and unit variance: a fixed `(x + 3) / 2`, without
/// which a network that begins with a fully connected layer hardly learns. VGGish has no such step, since its first
/// layers are convolutions that were trained for weeks.
public struct Standardize: Layer {
  private var kept: PlainInput?

  public init() {}

  public var kind: String { "standardize" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let input = PlainInput(x)
    kept = mode.isTraining ? input : nil
    return Self.scaled(input.plain, shift: 1.5).materialized(into: target)
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    kept.takeKept().gradient(Self.scaled(dy.materialized(), shift: 0), onto: gradient)
  }

  /// Half of the values, and a shift.
  private static func scaled(_ x: Features, shift: Float) -> Features {
    let channels = x.maps.channels
    return Features(
      x.maps,
      pending: Pending(
        scale: [Float](repeating: 0.5, count: channels), shift: [Float](repeating: shift, count: channels)))
  }
}

extension Standardize {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, kind, output: input, keptValues: input.values))
    return input
  }
}
