public import Tensors

/// Layers one after the other; an empty one is the identity.
public struct Sequential: Layer {
  private var layers: [any Layer]

  public init(@LayerBuilder _ layers: () -> [any Layer]) {
    self.layers = layers()
  }

  public var isEmpty: Bool { layers.isEmpty }

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    var x = x
    for index in layers.indices { x = layers[index].forward(x, mode: mode) }
    return x
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    var dy = dy
    for index in layers.indices.reversed() { dy = layers[index].backward(dy) }
    return dy
  }

  /// Goes back to the first layer that has parameters, and no further.
  public mutating func backwardToParameters(_ dy: Tensor) {
    var first = layers.startIndex
    while first < layers.endIndex, !layers[first].hasParameters { first += 1 }
    guard first < layers.endIndex else { return }
    var dy = dy
    for index in layers.indices.dropFirst(first + 1).reversed() { dy = layers[index].backward(dy) }
    layers[first].backwardToParameters(dy)
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
