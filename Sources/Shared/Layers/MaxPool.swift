public import Tensors

/// The largest value under a moving window, by channel.
public struct MaxPool: Layer {
  private let kernel: Int
  private let stride: Int
  private let padding: Window.Padding
  private var kept: (places: PooledPlaces, window: Window)?

  public init(kernel: Int, stride: Int, padding: Window.Padding = .same) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    let window = Window(
      over: .init(x.shape[1], x.shape[2]), channels: x.shape[3], kernel: .init(kernel, kernel),
      stride: .init(stride, stride), padding: padding)
    let (output, places) = x.maxPooled(window)
    kept = mode == .training ? (places, window) : nil
    return output
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    let kept = kept.kept()
    return dy.maxPoolBackward(kept.places, kept.window)
  }
}

extension MaxPool {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let window = Window(
      over: .init(input[0], input[1]), channels: input[2], kernel: .init(kernel, kernel),
      stride: .init(stride, stride), padding: padding)
    let output = [window.output.height, window.output.width, input[2]]
    // The output, and where each of its values came from.
    body(
      LayerSummary(
        name, "\(window.kernel.text) max pool\(window.stride.strideText)", output: output, keptValues: 2 * output.values
      ))
    return output
  }
}
