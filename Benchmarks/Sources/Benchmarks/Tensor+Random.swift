import Tensors

extension Tensor {
  /// Fills a tensor with what a function draws, a piece at a time, so that there is no second copy of it.
  init(_ shape: [Int], drawing draw: (_ count: Int) -> [Float]) {
    self.init(uninitialized: shape)
    var target = mutableValues
    for first in stride(from: 0, to: target.count, by: 1 << 14) {
      let piece = draw(min(1 << 14, target.count - first))
      for index in piece.indices { target[first + index] = piece[index] }
    }
  }

  var isFinite: Bool {
    let values = values
    for index in values.indices where !values[index].isFinite { return false }
    return true
  }
}
