internal import COpenBLAS

/// The eigenvalues of a symmetric matrix and its eigenvectors, of length 1 and at right angles (`dsyevd`).
public struct SymmetricEigenvectors: Sendable {
  /// The largest first.
  public let values: [Double]
  /// One for each eigenvalue; the largest component of each, in absolute value, is positive.
  public let vectors: [[Double]]

  /// - Parameters:
  ///   - matrix: `[order, order]`, of finite values.
  ///   - order: At least 1.
  public init(of matrix: [Double], order: Int) {
    precondition(order > 0 && matrix.count == order * order, "a matrix of \(order)x\(order)")
    var matrix = matrix
    var values = [Double](repeating: 0, count: order)
    var size = Int32(order)
    var (workSize, integerWorkSize) = (Int32(1 + 6 * order + 2 * order * order), Int32(3 + 5 * order))
    var work = [Double](repeating: 0, count: Int(workSize))
    var integerWork = [Int32](repeating: 0, count: Int(integerWorkSize))
    var information: Int32 = 0
    unsafe dsyevd_(
      "V", "L", &size, &matrix, &size, &values, &work, &workSize, &integerWork, &integerWorkSize, &information)
    precondition(information == 0, "dsyevd says \(information)")
    self.values = values.reversed()
    vectors = (0..<order).reversed().map { column in
      let vector = Array(matrix[column * order..<(column + 1) * order])
      let largest = vector.max { abs($0) < abs($1) }!
      return largest < 0 ? vector.map { -$0 } : vector
    }
  }
}
