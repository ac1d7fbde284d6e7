import Tensors

/// Patches like log-mel values, and the labels of each.
struct Patches {
  let x: Tensor
  let targets: Tensor

  init(_ count: Int, classes: Int, seed: UInt64 = 7) {
    var generator = SeededGenerator(seed: seed)
    x = Tensor([count, 96, 64, 1], values: (0..<count * 6144).map { _ in 8 * generator.uniform() - 5 })
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
