import Models
import Tensors

/// Patches like log-mel values, or what else a network reads, and the labels of each.
struct Patches {
  let x: Tensor
  let targets: Tensor

  init(_ count: Int, classes: Int, seed: UInt64 = 7) {
    self.init(count, classes: classes, shape: [96, 64, 1], seed: seed)
  }

  init(_ count: Int, classes: Int, for specification: String) throws {
    self.init(count, classes: classes, shape: try ModelSpecification(parsing: specification).input.shape, seed: 7)
  }

  private init(_ count: Int, classes: Int, shape: [Int], seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<shape.reduce(count, *)).map { _ in 8 * generator.uniform() - 5 }
    x = Tensor([count] + shape, values: values)
    targets = Tensor(
      [count, classes], values: (0..<count * classes).map { _ in generator.uniform() < 0.4 ? 1 : 0 })
  }
}

extension Tensor {
  var array: [Float] {
    let values = values
    return values.indices.map { values[$0] }
  }
}
