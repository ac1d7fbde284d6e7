public import Tensors

/// Layers one after the other; an empty one is the identity.
public struct Sequential: Layer {
  private var layers: [any Layer]

  public init(@LayerBuilder _ layers: () -> [any Layer]) {
    self.layers = layers()
  }

  public var isEmpty: Bool { layers.isEmpty }

  public var mapCount: Int { layers.reduce(0) { $0 + $1.mapCount } }

  public var changesGradient: Bool { layers.contains(where: \.changesGradient) }

  public var kind: String { "sequence" }

  public var isComposite: Bool { true }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let last = layers.lastIndex { $0.computesMaps }
    var x = x
    for index in layers.indices {
      x = LayerTimes.timing(layers[index].timedKind, \.forward) {
        layers[index].forward(x, mode: mode, into: index == last ? target : nil)
      }
    }
    return x
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    guard !layers.isEmpty else { return gradient?.adding(dy.materialized()) ?? dy }
    return backward(through: layers.indices.dropFirst(), dy) { layer, dy in layer.backward(dy, onto: gradient) }
  }

  /// Goes back to the first layer that has parameters, and no further.
  public mutating func backwardToParameters(_ dy: Features) {
    var first = layers.startIndex
    while first < layers.endIndex, !layers[first].hasParameters { first += 1 }
    guard first < layers.endIndex else { return }
    backward(through: layers.indices.dropFirst(first + 1), dy) { layer, dy in layer.backwardToParameters(dy) }
  }

  /// Goes back through some layers, and does with the one before them what is last to be done.
  private mutating func backward<Result>(
    through indices: Range<Int>, _ dy: Features, finish: (inout any Layer, Features) -> Result
  ) -> Result {
    var dy = dy
    for index in indices.reversed() {
      dy = LayerTimes.timing(layers[index].timedKind, \.backward) { layers[index].backward(dy) }
    }
    let first = indices.lowerBound - 1
    return LayerTimes.timing(layers[first].timedKind, \.backward) { finish(&layers[first], dy) }
  }

  public mutating func visitHead(_ body: (inout Convolution) -> Void) {
    if !layers.isEmpty { layers[0].visitHead(body) }
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    for index in layers.indices { layers[index].visit("\(name).\(index)", body) }
  }
}

extension Layer {
  fileprivate var hasParameters: Bool {
    mutating get {
      var result = false
      visit("") { _, _ in result = true }
      return result
    }
  }
}

/// Lets layers be listed, with `if` and `for`, as in the paper's text.
@resultBuilder
public enum LayerBuilder {
  public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
  public static func buildBlock(_ layers: [any Layer]...) -> [any Layer] { layers.flatMap(\.self) }
  public static func buildOptional(_ layers: [any Layer]?) -> [any Layer] { layers ?? [] }
  public static func buildEither(first layers: [any Layer]) -> [any Layer] { layers }
  public static func buildEither(second layers: [any Layer]) -> [any Layer] { layers }
  public static func buildArray(_ layers: [[any Layer]]) -> [any Layer] { layers.flatMap(\.self) }
}

extension Sequential {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    layers.indices.reduce(input) { layers[$1].summarize("\(name).\($1)", input: $0, body) }
  }
}
