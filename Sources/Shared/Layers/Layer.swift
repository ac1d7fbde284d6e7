public import Tensors

/// A function with parameters and a derivative. Layers are values: a copy of a network is a second network.
///
/// Layers that treat each value by itself (batch normalisation, ReLU) leave that to the next one, which does it as it
/// reads: it is pending in the `Features` that they hand on.
public protocol Layer: Sendable {
  /// - Parameter target: Where the output's maps are put, by a layer that `computesMaps`; new ones where none are given.
  mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features

  /// The gradient of the input from that of the output of the last `forward` in training; the parameters' gradients are
  /// replaced by those of this pass, and what was kept for it is let go.
  ///
  /// The gradient of features that are rectified as they are read is that before the rectification: who reads them
  /// knows which values were below zero.
  ///
  /// - Parameters:
  ///   - dy: Its maps are given away: a layer that `changesGradient` writes to them.
  ///   - gradient: What the input's gradient is added to, in place, where others read the same input. It has nothing
  ///     pending.
  mutating func backward(_ dy: Features, onto gradient: Features?) -> Features

  /// As `backward`, where nobody needs the gradient of the input, since that is data: it costs as much as the
  /// parameters' gradients, and is left out by layers that have any.
  mutating func backwardToParameters(_ dy: Features)

  /// How many layers within have an output with maps of its own, and not those of the input.
  var mapCount: Int { get }

  /// What the layer is, in words: `3x3 convolution, stride 2`.
  var kind: String { get }

  /// Whether it is made of layers, each of which has a time of its own.
  var isComposite: Bool { get }

  /// Whether `backward` may change the maps of the gradient that it is handed.
  var changesGradient: Bool { get }

  /// Shows the convolution of one pixel that the layer begins with, if it does.
  mutating func visitHead(_ body: (inout Convolution) -> Void)

  /// Shows each parameter with its name, in the order in which the forward pass uses them.
  mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void)

  /// Shows what each layer is and costs, in the order of the forward pass.
  ///
  /// - Parameters:
  ///   - name: As in `visit`.
  ///   - input: The shape of an example: height, width and channels, or the number of values.
  /// - Returns: The shape of the output for an example.
  func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int]
}

extension Layer {
  public mutating func forward(_ x: Features, mode: Mode) -> Features { forward(x, mode: mode, into: nil) }

  public mutating func backward(_ dy: Features) -> Features { backward(dy, onto: nil) }

  public mutating func backwardToParameters(_ dy: Features) { _ = backward(dy) }

  public var mapCount: Int { 1 }

  /// Whether the output has maps of its own, and not those of the input.
  var computesMaps: Bool { mapCount > 0 }

  public var isComposite: Bool { false }

  public var changesGradient: Bool { false }

  public mutating func visitHead(_ body: (inout Convolution) -> Void) {}

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {}
}

extension Optional {
  /// What the forward pass kept for the backward pass, which lets it go.
  mutating func takeKept() -> Wrapped {
    guard let kept = take() else { preconditionFailure("backward before forward in training") }
    return kept
  }
}
