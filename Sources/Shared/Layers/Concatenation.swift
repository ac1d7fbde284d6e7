public import Tensors

/// Branches that read the same input, their outputs beside each other in channels: `[batch, height, width, inputs]` to
/// `[batch, height', width', Σ outputs]`. Each branch writes its channels where they are to be.
public struct Concatenation: Layer {
  private var branches: [any Layer]
  private var shared: SharedProduct
  /// The channels of each branch among all, and its output where that had still to be computed.
  private var kept: [(channels: Range<Int>, plain: PlainInput?)]?

  public init(@LayerBuilder _ branches: () -> [any Layer]) {
    var branches = branches()
    precondition(!branches.isEmpty, "a concatenation of nothing has no shape")
    shared = SharedProduct(
      branches.indices.map { branch in
        var outputs: Int?
        branches[branch].visitHead { outputs = $0.w.value.shape[1] }
        return outputs
      })
    self.branches = branches
  }

  public var kind: String { "concatenation" }

  public var isComposite: Bool { true }

  public var changesGradient: Bool { true }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let shapes = shapes(of: x.maps)
    let channels = Self.channels(shapes)
    let maps = compute(heads: x, mode: mode, into: target, shapes[0], width: channels.last!.upperBound)
    var outputs: [Features] = []
    var plain: [PlainInput?] = []
    for index in branches.indices {
      let part = maps[channels[index]]
      let y = branches[index].forward(x, mode: mode, into: part)
      // A branch that only says what is to be done leaves it to be done here.
      plain.append(branches[index].computesMaps ? nil : PlainInput(y))
      outputs.append(branches[index].computesMaps ? y : y.materialized(into: part))
    }
    kept = mode.isTraining ? Array(zip(channels, plain)) : nil
    guard outputs.contains(where: { $0.pending != nil }) else { return Features(maps) }
    return Features(maps, pending: .joined(outputs.map { $0.pending ?? .identity($0.maps.channels) }))
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    var gradient = gradient
    for (index, part) in parts(of: dy).enumerated() {
      let sum = branches[index].backward(part, onto: gradient)
      if !shared.heads.contains(where: { $0.branch == index }) { gradient = sum.materialized() }
    }
    return shared.backward(onto: gradient, needsInput: true, &branches)!
  }

  public mutating func backwardToParameters(_ dy: Features) {
    for (index, part) in parts(of: dy).enumerated() { branches[index].backwardToParameters(part) }
    _ = shared.backward(onto: nil, needsInput: false, &branches)
  }

  /// Memory for the output, after what the branches begin with has been computed.
  private mutating func compute(
    heads x: Features, mode: Mode, into target: FeatureMaps?, _ shape: [Int], width: Int
  ) -> FeatureMaps {
    let first = shared.heads.last
    // Where the first branch is nothing but a convolution of the shared product, the product and the concatenation
    // overlap in its output, which so is written in both at once.
    let overlap = first.map { $0.branch == 0 && branches[0].mapCount == 1 ? $0.channels.count : 0 } ?? 0
    guard target == nil, overlap > 0 else {
      let maps = target ?? FeatureMaps(uninitialized: x.maps.batch, shape[0], shape[1], channels: width)
      let outputs = FeatureMaps(uninitialized: x.maps.batch, x.maps.height, x.maps.width, channels: shared.width)
      shared.forward(x, mode: mode, into: outputs, &branches)
      return maps
    }
    let before = shared.width - overlap
    let all = FeatureMaps(uninitialized: x.maps.batch, shape[0], shape[1], channels: before + width)
    shared.forward(x, mode: mode, into: all[0..<shared.width], &branches)
    return all[before..<before + width]
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
    body(LayerSummary(name, kind, output: output, keptValues: 0))
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
