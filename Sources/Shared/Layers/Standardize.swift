public import Tensors

/// Brings log-mel values, which lie in -4.6...5.6, to about zero mean and unit variance: a fixed `(x + 3) / 2`, without
/// which a network that begins with a fully connected layer hardly learns. VGGish has no such step, since its first
/// layers are convolutions that were trained for weeks.
public struct Standardize: Layer {
  public init() {}

  public var kind: String { "standardize" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let channels = x.maps.channels
    return Features(
      x.materialized().maps,
      pending: Pending(
        scale: [Float](repeating: 0.5, count: channels), shift: [Float](repeating: 1.5, count: channels))
    ).materialized(into: target)
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let channels = dy.maps.channels
    let dx = Features(
      dy.materialized().maps,
      pending: Pending(
        scale: [Float](repeating: 0.5, count: channels), shift: [Float](repeating: 0, count: channels))
    ).materialized()
    return gradient?.adding(dx) ?? dx
  }
}

extension Standardize {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, kind, output: input, keptValues: input.values))
    return input
  }
}
