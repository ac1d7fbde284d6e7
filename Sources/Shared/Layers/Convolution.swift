public import Tensors

/// A convolution without bias (batch norm, which follows it, has one): from `[batch, height, width, inputs]` to
/// `[batch, height', width', outputs]`.
public struct Convolution: Layer {
  var w: Parameter  // [kernel height · kernel width · inputs, outputs]
  private let inputs: Int
  private let outputs: Int
  private let kernel: Window.Size
  private let stride: Window.Size
  private let padding: Window.Padding
  private var x: Features?
  /// The output, where it was computed together with others' (`SharedProduct`), until it is asked for.
  var sharedOutput: Features?
  /// The gradient of such an output, until those of the input and the weights are computed together as well.
  var sharedSlope: Features?
  private var isShared = false

  public init(
    _ inputs: Int, _ outputs: Int, kernel: Window.Size, stride: Window.Size = .init(1, 1),
    padding: Window.Padding = .same
  ) {
    self.inputs = inputs
    self.outputs = outputs
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

  public var kind: String { "\(kernel.text) convolution\(stride.strideText)" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    if let y = sharedOutput.take() {
      isShared = mode.isTraining
      guard let target, !target.isSame(as: y.maps) else { return y }
      return Features(y.materialized(into: target).maps, sums: y.sums)
    }
    isShared = false
    self.x = mode.isTraining ? x : nil
    return operation(on: x.maps).forward(x, weights: w.value, into: target, takesMoments: mode.isTraining)
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    guard !isShared else {
      sharedSlope = dy
      return gradient ?? dy  // of no account: the shared product's is the input's gradient
    }
    let x = x.takeKept()
    let gradients = operation(on: x.maps).backward(dy, x: x, weights: w.value, onto: gradient)
    w.gradient = gradients.weights
    return gradients.input!
  }

  public mutating func backwardToParameters(_ dy: Features) {
    guard !isShared else {
      sharedSlope = dy
      return
    }
    let x = x.takeKept()
    w.gradient =
      operation(on: x.maps).backward(dy, x: x, weights: w.value, onto: nil, needsInput: false).weights
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    body("\(name).weight", &w)
  }

  public mutating func visitHead(_ body: (inout Convolution) -> Void) {
    if kernel == .init(1, 1), stride == .init(1, 1) { body(&self) }
  }

  private func operation(on maps: FeatureMaps) -> ConvolutionOperation {
    precondition(maps.channels == inputs, "expected images of \(inputs) channels, not \(maps.shape)")
    return ConvolutionOperation(
      Window(over: maps.size, channels: inputs, kernel: kernel, stride: stride, padding: padding), filters: outputs)
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
        name, kind, output: output, weights: w.value.count,
        multiplies: w.value.count * height * width, keptValues: output.values,
        method: .fastest(for: window, filters: output[2])))
    return output
  }
}
