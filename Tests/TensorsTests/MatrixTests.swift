import Tensors
import Testing

@Suite struct `A product of matrices` {
  /// Rows, columns and inner extent.
  struct Size: CustomTestStringConvertible {
    let rows: Int
    let columns: Int
    let inner: Int
    var testDescription: String { "\(rows)x\(inner) · \(inner)x\(columns)" }
  }

  static let sizes = [
    Size(rows: 1, columns: 1, inner: 1), Size(rows: 7, columns: 3, inner: 5), Size(rows: 1, columns: 131, inner: 9),
    Size(rows: 197, columns: 1, inner: 4), Size(rows: 129, columns: 65, inner: 3),
    Size(rows: 63, columns: 257, inner: 2),
    Size(rows: 5, columns: 4, inner: 0),
  ]

  @Test(arguments: sizes, [1, 3])
  func `is that of the definition, however they are transposed`(_ size: Size, threads: Int) {
    let start = Tensor.random([size.rows, size.columns], seed: 3)
    for (isATransposed, isBTransposed) in [(false, false), (false, true), (true, false), (true, true)] {
      let a = Tensor.random(isATransposed ? [size.inner, size.rows] : [size.rows, size.inner], seed: 1)
      let b = Tensor.random(isBTransposed ? [size.columns, size.inner] : [size.inner, size.columns], seed: 2)
      let product = Self.product(a.doubles, isATransposed, b.doubles, isBTransposed, size)
      var replaced = start
      var added = start
      ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
        let left = isATransposed ? a.matrix.transposed : a.matrix
        let right = isBTransposed ? b.matrix.transposed : b.matrix
        replaced.multiply(left, right)
        added.multiply(left, right, adding: true)
      }
      #expect(replaced.error(against: product) < 1e-5)
      #expect(added.error(against: zip(start.doubles, product).map(+)) < 1e-5)
    }
  }

  @Test(arguments: [
    Size(rows: 193, columns: 65, inner: 300), Size(rows: 65, columns: 321, inner: 1000),
    Size(rows: 128, columns: 100, inner: 65), Size(rows: 2, columns: 500, inner: 40),
    Size(rows: 500, columns: 3, inner: 77),
  ])
  func `is the same to the last bit on any number of threads`(_ size: Size) {
    let a = Tensor.random([size.rows, size.inner], seed: 1)
    let aTransposed = Tensor.random([size.inner, size.rows], seed: 1)
    let b = Tensor.random([size.inner, size.columns], seed: 2)
    let bTransposed = Tensor.random([size.columns, size.inner], seed: 2)
    let results = [1, 2, 3, 5].map { threads in
      ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
        [a.matrix, aTransposed.matrix.transposed].flatMap { left in
          [b.matrix, bTransposed.matrix.transposed].map { right in
            var result = Tensor([size.rows, size.columns])
            result.multiply(left, right)
            return result.bits
          }
        }
      }
    }
    for result in results.dropFirst() {
      let isSame = result == results[0]  // of thousands of numbers, which nobody wants to read
      #expect(isSame)
    }
  }

  @Test func `of matrices that do not fit is our own mistake`() async {
    await #expect(processExitsWith: .failure) {
      var result = Tensor([2, 2])
      result.multiply(Tensor([2, 3]).matrix, Tensor([2, 2]).matrix)
    }
    await #expect(processExitsWith: .failure) {
      var result = Tensor([2, 3])
      result.multiply(Tensor([2, 2]).matrix, Tensor([2, 2]).matrix)
    }
  }

  private static func product(
    _ a: [Double], _ isATransposed: Bool, _ b: [Double], _ isBTransposed: Bool, _ size: Size
  ) -> [Double] {
    var result: [Double] = []
    for row in 0..<size.rows {
      for column in 0..<size.columns {
        result.append(
          (0..<size.inner).reduce(0) { sum, k in
            sum + a[isATransposed ? k * size.rows + row : row * size.inner + k]
              * b[isBTransposed ? column * size.inner + k : k * size.columns + column]
          })
      }
    }
    return result
  }
}
