/// A convolution of feature maps with weights `[kernel height · kernel width · channels, filters]`, and its gradients.
public struct ConvolutionOperation: Sendable {
  public let window: Window
  public let filters: Int
  public let method: ConvolutionMethod

  /// - Parameter method: The fastest one where none is given.
  public init(_ window: Window, filters: Int, by method: ConvolutionMethod? = nil) {
    self.window = window
    self.filters = filters
    self.method = method ?? .fastest(for: window, filters: filters)
  }

  /// The convolution of `x`, with nothing pending.
  ///
  /// - Parameters:
  ///   - target: Where the maps are put; new ones where none are given.
  ///   - takesMoments: Whether the sums of the values and of their squares are taken on the way.
  public func forward(
    _ x: Features, weights: Tensor, into target: FeatureMaps? = nil, takesMoments: Bool = false
  ) -> Features {
    check(x, weights)
    let y =
      target
      ?? FeatureMaps(
        uninitialized: x.maps.batch, window.output.height, window.output.width, channels: filters)
    precondition(y.size == window.output && y.channels == filters, "maps of \(y.shape) for the outputs")
    let sums =
      switch method {
      case .product: ProductConvolution(window, filters).forward(x, weights, into: y, takesMoments)
      case .winograd(let tile):
        WinogradConvolution(window, filters, tile).forward(x, weights, into: y, takesMoments)
      }
    return Features(y, sums: sums)
  }

  /// The gradients of the weights and of the input.
  ///
  /// - Parameters:
  ///   - dy: The gradient of the output.
  ///   - x: The input. Its gradient is that of its values before they are held to their floor, and has its sums where
  ///     anything is pending for `x`.
  ///   - gradient: What the input's gradient is added to, in place; new maps where nothing is given.
  ///   - needsInput: Whether the input's gradient is wanted.
  public func backward(
    _ dy: Features, x: Features, weights: Tensor, onto gradient: Features?, needsInput: Bool = true
  ) -> (weights: Tensor, input: Features?) {
    check(x, weights)
    precondition(dy.maps.size == window.output && dy.maps.channels == filters, "a gradient of \(dy.maps.shape)")
    precondition(gradient?.pending == nil, "a gradient that is added to has nothing pending")
    let dx =
      needsInput
      ? gradient?.maps
        ?? FeatureMaps(uninitialized: x.maps.batch, x.maps.height, x.maps.width, channels: x.maps.channels)
      : nil
    var target = Tensor(uninitialized: weights.shape)
    let sums =
      switch method {
      case .product:
        ProductConvolution(window, filters).backward(
          dy, x, weights, weightGradient: &target, inputGradient: dx, adding: gradient != nil)
      case .winograd(let tile):
        WinogradConvolution(window, filters, tile).backward(
          dy, x, weights, weightGradient: &target, inputGradient: dx, adding: gradient != nil)
      }
    return (target, dx.map { Features($0, sums: sums) })
  }

  private func check(_ x: Features, _ weights: Tensor) {
    precondition(
      x.maps.size == window.input && x.maps.channels == window.channels
        && weights.shape == [window.depth, filters],
      "images \(x.maps.shape) and weights \(weights.shape) for a window over \(window.input)")
  }
}
