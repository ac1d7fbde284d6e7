import Tensors

/// The convolution that is measured: all that the benchmark knows of how convolutions are called.
struct MeasuredConvolution {
  let shape: ConvolutionShape
  /// `[batch, height, width, channels]`, not negative, as a ReLU leaves them.
  let images: Tensor
  /// `[kernel height · kernel width · channels, filters]`.
  let weights: Tensor
  /// `[batch, height', width', filters]`.
  let outputGradient: Tensor
  private let window: Window

  init(_ shape: ConvolutionShape, batch: Int, seed: UInt64) {
    self.shape = shape
    window = Window(
      over: .init(shape.height, shape.width), channels: shape.channels, kernel: shape.kernel, stride: shape.stride,
      padding: shape.padding)
    var generator = SeededGenerator(seed: seed)
    let depth = shape.kernel.height * shape.kernel.width * shape.channels
    images = Tensor([batch, shape.height, shape.width, shape.channels]) { count in
      generator.normal(count, deviation: 1).map { max($0, 0) }
    }
    weights = Tensor([depth, shape.filters]) { generator.normal($0, deviation: (2 / Float(depth)).squareRoot()) }
    outputGradient = Tensor([batch, shape.rows.output, shape.columns.output, shape.filters]) {
      generator.normal($0, deviation: 1)
    }
  }

  func result(of pass: ConvolutionPass) -> Tensor {
    switch pass {
    case .forward: images.convolved(with: weights, window)
    case .inputGradient: outputGradient.convolutionInputGradient(weights: weights, window)
    case .weightGradient: outputGradient.convolutionWeightGradient(images: images, window)
    }
  }
}
