import Tensors

extension Tensor {
  /// Values between -1 and 1 that follow from the seed.
  static func random(_ shape: [Int], seed: UInt64) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor(shape, values: (0..<shape.reduce(1, *)).map { _ in 2 * generator.uniform() - 1 })
  }

  var doubles: [Double] {
    let values = values
    return values.indices.map { Double(values[$0]) }
  }
}
