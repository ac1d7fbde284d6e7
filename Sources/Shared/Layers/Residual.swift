public import Tensors

/// `ReLU(body(x) + shortcut(x))` (He et al. 2016, section 3.2).
public struct Residual: Layer {
  private var body: Sequential
  private var shortcut: Sequential
  private var activation = ReLU()

  /// - Parameter shortcut: Empty where the input is added as it is.
  public init(body: Sequential, shortcut: Sequential) {
    self.body = body
    self.shortcut = shortcut
  }

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    var y = body.forward(x, mode: mode)
    y.add(shortcut.forward(x, mode: mode))
    return activation.forward(y, mode: mode)
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    let dy = activation.backward(dy)
    var dx = body.backward(dy)
    dx.add(shortcut.backward(dy))
    return dx
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    self.body.visit("\(name).body", body)
    shortcut.visit("\(name).shortcut", body)
  }
}

extension Residual {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let output = self.body.summarize("\(name).body", input: input, body)
    let other = shortcut.summarize("\(name).shortcut", input: input, body)
    precondition(output == other, "a sum of \(output) and \(other)")
    body(LayerSummary(name, "sum, ReLU", output: output, keptValues: output.values))
    return output
  }
}
