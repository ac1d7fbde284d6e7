public import Tensors

/// Branches that read the same input, their outputs beside each other in channels: `[batch, height, width, inputs]` to
/// `[batch, height', width', Σ outputs]`. Each branch writes its channels where they are to be.
public struct Concatenation: Layer {
  private var branches: [any Layer]
  /// The channels of each branch among all, and its output where that had still to be computed.
  private var kept: [(channels: Range<Int>, plain: PlainInput?)]?

  public init(@LayerBuilder _ branches: () -> [any Layer]) {
    self.branches = branches()
    precondition(!self.branches.isEmpty, "a concatenation of nothing has no shape")
  }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let shapes = shapes(of: x.maps)
    let channels = Self.channels(shapes)
    let maps =
      target
      ?? FeatureMaps(uninitialized: x.maps.batch, shapes[0][0], shapes[0][1], channels: channels.last!.upperBound)
    var outputs: [Features] = []
    var plain: [PlainInput?] = []
    for index in branches.indices {
      let part = maps[channels[index]]
      let y = branches[index].forward(x, mode: mode, into: part)
      // A branch that only says what is to be done leaves it to be done here.
      plain.append(branches[index].computesMaps ? nil : PlainInput(y))
      outputs.append(branches[index].computesMaps ? y : y.materialized(into: part))
    }
    kept = mode == .training ? Array(zip(channels, plain)) : nil
    guard outputs.contains(where: { $0.pending != nil }) else { return Features(maps) }
    return Features(maps, pending: .joined(outputs.map { $0.pending ?? .identity($0.maps.channels) }))
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    var gradient = gradient
    for (index, part) in parts(of: dy).enumerated() { gradient = branches[index].backward(part, onto: gradient) }
    return gradient!
  }

  public mutating func backwardToParameters(_ dy: Features) {
    for (index, part) in parts(of: dy).enumerated() { branches[index].backwardToParameters(part) }
  }

  private mutating func parts(of dy: Features) -> [Features] {
    let dy = dy.materialized()
    return kept.takeKept().map { channels, plain in
      plain?.gradient(Features(dy.maps[channels]), onto: nil) ?? dy[channels]
    }
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    for index in branches.indices { branches[index].visit("\(name).branch\(index)", body) }
  }

  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let outputs = branches.indices.map { branches[$0].summarize("\(name).branch\($0)", input: input, body) }
    let output = Array(outputs[0].dropLast()) + [outputs.reduce(0) { $0 + $1.last! }]
    body(LayerSummary(name, "concatenation", output: output, keptValues: output.values))
    return output
  }

  /// The shapes of the branches' outputs for an example.
  private func shapes(of maps: FeatureMaps) -> [[Int]] {
    branches.map { branch in
      let shape = branch.summarize("", input: [maps.height, maps.width, maps.channels]) { _ in }
      return shape.count == 1 ? [1, 1] + shape : shape
    }
  }

  /// The channels of each branch among all.
  private static func channels(_ shapes: [[Int]]) -> [Range<Int>] {
    var first = 0
    return shapes.map { shape in
      precondition(shape.dropLast() == shapes[0].dropLast(), "an output of \(shape) beside one of \(shapes[0])")
      defer { first += shape.last! }
      return first..<first + shape.last!
    }
  }
}
