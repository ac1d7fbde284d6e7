import Tensors
import Testing

@Suite struct `Rows of channels` {
  /// Rows and channels; the last ones are cut into several blocks.
  static let shapes = [[1, 1], [3, 17], [2, 3, 5, 4], [40_001, 1], [2003, 33], [5, 4099]]

  @Test(arguments: shapes, [1, 3])
  func `have sums`(shape: [Int], threads: Int) {
    let x = Tensor.random(shape, seed: 1)
    let channels = shape.last!
    let rows = x.count / channels
    let values = x.doubles
    let sums = (0..<channels).map { c in (0..<rows).reduce(0) { $0 + values[$1 * channels + c] } }
    ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      var sum = Tensor.random([channels], seed: 9)
      sum.sumRows(of: x)
      #expect(sum.error(against: sums) < 1e-5)
    }
  }

  @Test(arguments: shapes, [1, 3])
  func `are added one by one`(shape: [Int], threads: Int) {
    let (x, y) = (Tensor.random(shape, seed: 1), Tensor.random(shape, seed: 2))
    let channels = shape.last!
    let offset = Tensor.random([channels], seed: 4)
    let (xs, ys, offsets) = (x.doubles, y.doubles, offset.doubles)
    ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      var sum = x
      sum.add(y)
      #expect(sum.error(against: zip(xs, ys).map(+)) < 1e-6)
      var shifted = x
      shifted.addToRows(offset)
      #expect(shifted.error(against: xs.indices.map { xs[$0] + offsets[$0 % channels] }) < 1e-6)
    }
  }

  @Test(arguments: [[40_001, 1], [2003, 33], [5, 4099]])
  func `give the same sums to the last bit on any number of threads`(shape: [Int]) {
    let x = Tensor.random(shape, seed: 1)
    let results = [1, 2, 3].map { threads in
      ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
        var sum = Tensor([shape.last!])
        sum.sumRows(of: x)
        return sum.bits
      }
    }
    let isSame = results[0] == results[1] && results[0] == results[2]  // of numbers that nobody wants to read
    #expect(isSame)
  }
}
