public import Tensors

/// A convolution without bias (batch norm, which follows it, has one): from `[batch, height, width, inputs]` to
/// `[batch, height', width', outputs]`.
public struct Convolution: Layer {
  var w: Parameter  // [kernel height · kernel width · inputs, outputs]
  private let inputs: Int
  private let kernel: Window.Size
  private let stride: Window.Size
  private let padding: Window.Padding
  private var x: Tensor?

  public init(
    _ inputs: Int, _ outputs: Int, kernel: Window.Size, stride: Window.Size = .init(1, 1),
    padding: Window.Padding = .same
  ) {
    self.inputs = inputs
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    let depth = kernel.height * kernel.width * inputs
    w = Parameter([depth, outputs], start: .he(inputs: depth))
  }

  /// A square kernel.
  public init(_ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Window.Padding = .same) {
    self.init(inputs, outputs, kernel: .init(kernel, kernel), stride: .init(stride, stride), padding: padding)
  }

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    self.x = mode == .training ? x : nil
    return x.convolved(with: w.value, window(over: x))
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    backwardToParameters(dy)
    return dy.convolutionInputGradient(weights: w.value, window(over: x.kept()))
  }

  public mutating func backwardToParameters(_ dy: Tensor) {
    let x = x.kept()
    w.gradient = dy.convolutionWeightGradient(images: x, window(over: x))
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    body("\(name).weight", &w)
  }

  private func window(over x: Tensor) -> Window {
    precondition(x.shape.count == 4 && x.shape[3] == inputs, "expected images of \(inputs) channels, not \(x.shape)")
    return Window(
      over: .init(x.shape[1], x.shape[2]), channels: inputs, kernel: kernel, stride: stride, padding: padding)
  }
}

extension Convolution {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let window = Window(
      over: .init(input[0], input[1]), channels: inputs, kernel: kernel, stride: stride, padding: padding)
    let (height, width) = (window.output.height, window.output.width)
    let output = [height, width, w.value.shape[1]]
    body(
      LayerSummary(
        name, "\(kernel.text) convolution\(stride.strideText)", output: output, weights: w.value.count,
        multiplies: w.value.count * height * width))
    return output
  }
}
