import Layers
import Tensors

/// A layer's backward pass beside central finite differences of `Σ r · y`, where r is random and the sum in Double.
struct GradientCheck {
  /// Of the input, and of each weight by name: ‖found - expected‖ / ‖expected‖.
  private(set) var errors: [String: Double] = [:]

  /// - Parameter step: By how much each value is moved to either side.
  init(_ layer: any Layer, _ x: Tensor, step: Float = 1e-3) {
    var layer = layer
    var generator = SeededGenerator(seed: 11)
    layer.visit("layer") { _, parameter in
      // Other values than those a layer begins with, under which terms vanish.
      let values = (0..<parameter.value.count).map { _ in 0.5 + generator.uniform() }
      let signs = (0..<values.count).map { _ in parameter.kind == .weight && generator.uniform() < 0.4 ? Float(-1) : 1 }
      parameter.value = Tensor(parameter.value.shape, values: zip(values, signs).map(*))
    }
    var learning = layer
    let r = Tensor.random(learning.forward(x, mode: .training).shape, seed: 12)
    let dx = learning.backward(r)
    errors["input"] = Self.error(of: dx, x, step) { moved in Self.readOut(layer, moved, r) }
    learning.visit("layer") { name, parameter in
      guard parameter.kind == .weight else { return }
      errors[name] = Self.error(of: parameter.gradient, parameter.value, step) { moved in
        var changed = layer
        changed.visit("layer") { if $0 == name { $1.value = moved } }
        return Self.readOut(changed, x, r)
      }
    }
  }

  var largest: Double { errors.values.max() ?? .infinity }

  private static func readOut(_ layer: any Layer, _ x: Tensor, _ r: Tensor) -> Double {
    var layer = layer
    return zip(layer.forward(x, mode: .training).doubles, r.doubles).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private static func error(
    of gradient: Tensor, _ value: Tensor, _ step: Float, _ readOut: (Tensor) -> Double
  ) -> Double {
    guard gradient.shape == value.shape else { return .infinity }
    var squares = (difference: 0.0, expected: 0.0)
    for (index, found) in gradient.doubles.enumerated() {
      func moved(by step: Float) -> (Double, Float) {
        var moved = value
        var values = moved.mutableValues
        values[index] += step
        let position = values[index]
        return (readOut(moved), position)
      }
      let (above, upper) = moved(by: step)
      let (below, lower) = moved(by: -step)
      let expected = (above - below) / (Double(upper) - Double(lower))
      squares.difference += (found - expected) * (found - expected)
      squares.expected += expected * expected
    }
    return (squares.difference / squares.expected).squareRoot()
  }
}
