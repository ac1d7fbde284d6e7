public import Tensors

/// Branches that read the same input, their outputs beside each other in channels: `[..., inputs]` to `[..., Σ outputs]`.
public struct Concatenation: Layer {
  private var branches: [any Layer]
  /// How many channels each branch had.
  private var channels: [Int]?

  public init(@LayerBuilder _ branches: () -> [any Layer]) {
    self.branches = branches()
    precondition(!self.branches.isEmpty, "a concatenation of nothing has no shape")
  }

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    let outputs = branches.indices.map { branches[$0].forward(x, mode: mode) }
    let channels = outputs.map { $0.shape.last! }
    self.channels = mode == .training ? channels : nil
    return Self.joined(outputs, channels)
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    let parts = Self.parts(of: dy, channels.kept())
    var dx = branches[0].backward(parts[0])
    for index in branches.indices.dropFirst() { dx.add(branches[index].backward(parts[index])) }
    return dx
  }

  public mutating func backwardToParameters(_ dy: Tensor) {
    let parts = Self.parts(of: dy, channels.kept())
    for index in branches.indices { branches[index].backwardToParameters(parts[index]) }
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    for index in branches.indices { branches[index].visit("\(name).branch\(index)", body) }
  }

  private static func joined(_ outputs: [Tensor], _ channels: [Int]) -> Tensor {
    let width = channels.reduce(0, +)
    let shape = outputs[0].shape.dropLast()
    var joined = Tensor(uninitialized: shape + [width])
    var target = joined.mutableValues
    var first = 0
    for (output, channels) in zip(outputs, channels) {
      precondition(output.shape.dropLast() == shape, "an output of \(output.shape) beside one of \(outputs[0].shape)")
      let source = output.values
      for place in 0..<shape.reduce(1, *) {
        for channel in 0..<channels { target[place * width + first + channel] = source[place * channels + channel] }
      }
      first += channels
    }
    return joined
  }

  private static func parts(of joined: Tensor, _ channels: [Int]) -> [Tensor] {
    let width = channels.reduce(0, +)
    let shape = joined.shape.dropLast()
    precondition(joined.shape.last == width, "expected a gradient of \(width) channels, not \(joined.shape)")
    let source = joined.values
    var parts: [Tensor] = []
    var first = 0
    for channels in channels {
      var part = Tensor(uninitialized: shape + [channels])
      var target = part.mutableValues
      for place in 0..<shape.reduce(1, *) {
        for channel in 0..<channels { target[place * channels + channel] = source[place * width + first + channel] }
      }
      parts.append(part)
      first += channels
    }
    return parts
  }
}

extension Concatenation {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let outputs = branches.indices.map { branches[$0].summarize("\(name).branch\($0)", input: input, body) }
    let output: [Int] = outputs[0].dropLast() + [outputs.reduce(0) { $0 + $1.last! }]
    body(LayerSummary(name, "concatenation", output: output, keptValues: output.values))
    return output
  }
}
