import Tensors

extension Tensor {
  /// Values between -1 and 1 that follow from the seed.
  static func random(_ shape: [Int], seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(shape, values: (0..<shape.reduce(1, *)).map { _ in 2 * generator.uniform() - 1 })
  }

  var array: [Float] {
    let values = values
    return values.indices.map { values[$0] }
  }

  var doubles: [Double] { array.map(Double.init) }

  /// The bit pattern of each value.
  var bits: [UInt32] { array.map(\.bitPattern) }

  /// The largest difference to what was expected, as a part of the largest value that was expected.
  func error(against expected: [Double]) -> Double {
    guard expected.count == count else { return .infinity }
    let largest = expected.reduce(1e-30) { max($0, abs($1)) }
    return zip(doubles, expected).reduce(0) { max($0, ($1.0 - $1.1).magnitude / largest) }
  }

  /// The root of the mean square of the difference to what was expected, as a part of that of what was expected.
  func relativeError(against expected: [Double]) -> Double {
    guard expected.count == count else { return .infinity }
    let squares = zip(doubles, expected).reduce((difference: 0.0, expected: 1e-60)) { sum, pair in
      (sum.difference + (pair.0 - pair.1) * (pair.0 - pair.1), sum.expected + pair.1 * pair.1)
    }
    return (squares.difference / squares.expected).squareRoot()
  }
}
