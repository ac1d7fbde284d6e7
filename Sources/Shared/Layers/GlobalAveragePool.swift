public import Tensors

/// The mean over a whole image: from `[batch, height, width, channels]` to `[batch, channels]`.
public struct GlobalAveragePool: Layer {
  private var x: Features?

  public init() {}

  public var kind: String { "mean of the map" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    self.x = mode.isTraining ? x : nil
    return x.averagePooled(window(over: x.maps), into: target)
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let x = x.takeKept()
    return dy.averagePoolBackward(x: x, window(over: x.maps), onto: gradient)
  }

  private func window(over maps: FeatureMaps) -> Window {
    Window(over: maps.size, channels: maps.channels, kernel: maps.size, stride: .init(1, 1), padding: .valid)
  }
}

extension GlobalAveragePool {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, kind, output: [input[2]], keptValues: input[2]))
    return [input[2]]
  }
}
