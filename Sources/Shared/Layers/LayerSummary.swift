public import Tensors

/// What one layer of a network is, and what it costs.
public struct LayerSummary: Equatable, Sendable {
  /// As its parameters are named, without their own names: `stage2.block1.0.body.3`.
  public let name: String
  /// In words: `3x3 convolution, stride 2`.
  public let kind: String
  /// The shape of its output for one example: height, width and channels, or the number of values.
  public let output: [Int]
  /// The weights of convolutions and fully connected layers; biases and batch norm are not counted, as in the paper.
  public let weights: Int
  /// Multiplications of the forward pass for an example by those weights.
  public let multiplies: Int
  /// Values of four bytes that training keeps of an example until the backward pass: what the layer itself needs, and
  /// its output where that is kept by the layer after it alone.
  public let keptValues: Int
  /// How a convolution is computed.
  public let method: ConvolutionMethod?

  public init(
    _ name: String, _ kind: String, output: [Int], weights: Int = 0, multiplies: Int = 0, keptValues: Int = 0,
    method: ConvolutionMethod? = nil
  ) {
    self.name = name
    self.kind = kind
    self.output = output
    self.weights = weights
    self.multiplies = multiplies
    self.keptValues = keptValues
    self.method = method
  }
}

extension [Int] {
  /// The number of values of a shape.
  var values: Int { reduce(1, *) }
}

extension Window.Size {
  /// `1x7`.
  var text: String { "\(height)x\(width)" }

  /// As a stride: `, stride 2x1`, and nothing where it is 1.
  var strideText: String {
    if self == Window.Size(1, 1) { return "" }
    return ", stride " + (height == width ? "\(height)" : text)
  }
}
