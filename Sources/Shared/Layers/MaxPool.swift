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
