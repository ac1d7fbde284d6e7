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

  /// The ways to compute it: the one that networks use, and where all are asked for, the others.
  func methods(all: Bool) -> [ConvolutionMethod] {
    let used = ConvolutionMethod.fastest(for: window, filters: shape.filters)
    let tiles = shape.stride == .init(1, 1) ? ConvolutionMethod.tiles(for: shape.kernel) : []
    return [used] + (all ? ([.product] + tiles.map { .winograd($0) }).filter { $0 != used } : [])
  }

  /// The results of a pass, each with what it is by the definition.
  func results(of pass: ConvolutionPass, by method: ConvolutionMethod) -> [(ConvolutionResult, Tensor)] {
    let operation = ConvolutionOperation(window, filters: shape.filters, by: method)
    if pass == .forward {
      return [(.output, operation.forward(Features(images), weights: weights, takesMoments: true).tensor)]
    }
    let gradients = operation.backward(
      Features(outputGradient), x: Features(images), weights: weights, onto: nil, needsInput: pass == .gradients)
    return [(.weightGradient, gradients.weights)] + (gradients.input.map { [(.inputGradient, $0.tensor)] } ?? [])
  }
}
