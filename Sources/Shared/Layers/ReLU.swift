public import Tensors

/// `max(x, 0)`, done by whoever reads the values next.
public struct ReLU: Layer {
  public init() {}

  public var mapCount: Int { 0 }

  public var kind: String { "ReLU" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    Features(x.maps, pending: (x.pending ?? .identity(x.maps.channels)).rectified)
  }

  /// The gradient that comes is already that before the rectification.
  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    gradient?.adding(dy.materialized()) ?? dy
  }
}

extension ReLU {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    // A fully connected layer that comes next keeps what it read.
    body(LayerSummary(name, kind, output: input, keptValues: input.count == 1 ? input.values : 0))
    return input
  }
}
