public import Tensors

/// The largest value under a moving window, by channel.
public struct MaxPool: Layer {
  private let kernel: Int
  private let stride: Int
  private let padding: Window.Padding
  private var kept: (x: Features, places: PooledPlaces)?

  public init(kernel: Int, stride: Int, padding: Window.Padding = .same) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  public var kind: String { "\(kernel)x\(kernel) max pool\(Window.Size(stride, stride).strideText)" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let (output, places) = x.maxPooled(window(over: x.maps), into: target)
    kept = mode.isTraining ? (x, places) : nil
    return output
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let kept = kept.takeKept()
    return dy.maxPoolBackward(kept.places, x: kept.x, window(over: kept.x.maps), onto: gradient)
  }

  private func window(over maps: FeatureMaps) -> Window {
    Window(
      over: maps.size, channels: maps.channels, kernel: .init(kernel, kernel), stride: .init(stride, stride),
      padding: padding)
  }
}

extension MaxPool {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let window = Window(
      over: .init(input[0], input[1]), channels: input[2], kernel: .init(kernel, kernel),
      stride: .init(stride, stride), padding: padding)
    let output = [window.output.height, window.output.width, input[2]]
    // The output, and where each of its values came from, in a byte.
    body(
      LayerSummary(
        name, kind, output: output,
        keptValues: output.values + (output.values + 3) / 4))
    return output
  }
}
