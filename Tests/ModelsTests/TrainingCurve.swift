import Foundation
import Models
import Tensors
import Testing

/// A network, how it learns, and what PyTorch finds: `Benchmarks/training_curves.py`.
struct TrainingCurve: Decodable, CustomTestStringConvertible {
  enum Update: String, Decodable {
    case sgd
    case adam
  }

  var model: String
  var optimizer: Update
  var learningRate: Float
  /// For each step, that of its batch before the step.
  var losses: [Double]
  /// After the last step, of the first batch, with the running statistics: `[batch, classes]`.
  var logits: [Double]

  var testDescription: String { "\(model) by \(optimizer)" }

  static let stored = TrainingCurves.stored.curves
}

/// The curves, and the batches that they share and take in turn.
struct TrainingCurves: Decodable {
  var batches: Int
  var batch: Int
  var classes: Int
  var curves: [TrainingCurve]

  static let stored = {
    let url = Bundle.module.url(forResource: "Fixtures/training_curves", withExtension: "json")!
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try! decoder.decode(Self.self, from: Data(contentsOf: url))
  }()

  /// Patches of noise that is louder in the band of each label, and a quarter of all labels.
  func patches(ofBatch number: Int) -> (x: Tensor, targets: Tensor) {
    let targets = drawn(2_000_000 + number, batch * classes).map { $0 < -0.5 ? 1 : 0 as Float }
    var x = drawn(1_000_000 + number, batch * 96 * 64)
    for index in x.indices {
      x[index] = 4 * x[index] + targets[index / (96 * 64) * classes + index % 64 * classes / 64]
    }
    return (Tensor([batch, 96, 64, 1], values: x), Tensor([batch, classes], values: targets))
  }

  /// The values that a weight begins with: a matrix of He's deviation, or a vector around 1/2.
  ///
  /// - Parameter number: In the order of use, among those that have a gradient.
  static func firstValues(ofWeight number: Int, _ shape: [Int]) -> Tensor {
    let values = drawn(number, shape.reduce(1, *))
    guard shape.count == 2 else { return Tensor(shape, values: values.map { 0.5 + 0.25 * $0 }) }
    let scale = (6 / Float(shape[0])).squareRoot()
    return Tensor(shape, values: values.map { scale * $0 })
  }
}

/// Numbers of 24 bits in -1..<1: a hash of (stream, position), by Wellons' "lowbias32".
private func drawn(_ stream: Int, _ count: Int) -> [Float] {
  let first = UInt32(truncatingIfNeeded: stream) &* 0x9e37_79b1
  return (0..<UInt32(count)).map { position in
    var h = first &+ position
    h = (h ^ (h >> 16)) &* 0x7feb_352d
    h = (h ^ (h >> 15)) &* 0x846c_a68b
    h ^= h >> 16
    return Float(h >> 8) * 0x1p-23 - 1
  }
}
