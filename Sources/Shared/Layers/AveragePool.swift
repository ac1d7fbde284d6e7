public import Tensors

/// The mean under a window that moves by one pixel, by channel: `[batch, height, width, channels]` to the same.
///
/// What lies beyond the border does not count (as in TensorFlow): a mean is of the pixels that the window sees.
public struct AveragePool: Layer {
  private let kernel: Int
  private var x: Features?

  /// - Parameter kernel: The side of the square window; odd.
  public init(kernel: Int) {
    precondition(kernel % 2 == 1, "a window of \(kernel) has no middle")
    self.kernel = kernel
  }

  public var kind: String { "\(kernel)x\(kernel) average pool" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    self.x = mode.isTraining ? x : nil
    return x.averagePooled(window(over: x.maps), into: target)
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let x = x.takeKept()
    return dy.averagePoolBackward(x: x, window(over: x.maps), onto: gradient)
  }

  private func window(over maps: FeatureMaps) -> Window {
    Window(
      over: maps.size, channels: maps.channels, kernel: .init(kernel, kernel), stride: .init(1, 1), padding: .same)
  }

  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, kind, output: input, keptValues: input.values))
    return input
  }
}
