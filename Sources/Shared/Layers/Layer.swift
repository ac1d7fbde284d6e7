public import Tensors

/// Whether a network learns or is used.
public enum Mode: Sendable {
  /// Batch statistics normalise, and what the backward pass needs is kept.
  case training
  /// Running statistics normalise, and nothing is kept.
  case inference
}

/// A function with parameters and a derivative. Layers are values: a copy of a network is a second network.
public protocol Layer: Sendable {
  mutating func forward(_ x: Tensor, mode: Mode) -> Tensor

  /// The gradient of the input from that of the output of the last `forward` in training; the parameters' gradients are
  /// replaced by those of this pass.
  mutating func backward(_ dy: Tensor) -> Tensor

  /// As `backward`, where nobody needs the gradient of the input, since that is data: it costs as much as the
  /// parameters' gradients, and is left out by layers that have any.
  mutating func backwardToParameters(_ dy: Tensor)

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
  public mutating func backwardToParameters(_ dy: Tensor) { _ = backward(dy) }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {}
}

extension Optional {
  /// What the forward pass kept for the backward pass.
  func kept() -> Wrapped {
    guard let self else { preconditionFailure("backward before forward in training") }
    return self
  }
}
