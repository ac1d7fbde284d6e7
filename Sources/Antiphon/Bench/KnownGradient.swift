import Parameters
import Tensors

/// The gradients that synthetic workers push, step by step the same, and so what the weights must be in the end.
///
/// Whole numbers that differ from value to value. With plain gradient descent and a rate of 1 they differ from worker to
/// worker too, and the weights move by their exact sum. Adam moves a weight whose gradient never changes by the rate at
/// each update (its two averages, without their bias, are g and g²): there all workers push the same.
struct KnownGradient {
  private static let period = 7

  let optimizer: OptimizerSetting

  /// A worker's gradient of a tensor.
  func tensor(of entry: Manifest.Entry, worker: Int) -> Tensor {
    var gradient = Tensor(uninitialized: entry.shape)
    var values = gradient.mutableValues
    let offset = optimizer == .sgd ? worker : 0
    for index in values.indices { values[index] = Self.value(index + offset) }
    return gradient
  }

  /// How far a weight must have moved down, in units of the learning rate, for each position modulo the count of these.
  ///
  /// - Parameter pushes: How often each worker pushed.
  func distances(afterPushes pushes: [Int]) -> [Float] {
    (0..<Self.period).map { position in
      guard optimizer == .sgd else { return Float(pushes.reduce(0, +)) }
      return pushes.enumerated().reduce(0) { $0 + Self.value(position + $1.offset) * Float($1.element) }
    }
  }

  /// Whether a weight has moved that far. A sum of whole numbers is exact but for the fraction with which the weight began;
  /// Adam's many small roundings may come to a thousandth.
  func isReached(_ expected: Float, by distance: Float) -> Bool {
    optimizer == .sgd ? distance.rounded() == expected : abs(distance - expected) <= max(0.01, expected * 1e-3)
  }

  private static func value(_ index: Int) -> Float { Float(1 + index % period) }
}
