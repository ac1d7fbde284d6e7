/// A tensor seen as a matrix: as it is, or transposed.
public struct Matrix: Sendable {
  let tensor: Tensor
  let storedRows: Int
  let storedColumns: Int
  let isTransposed: Bool

  public var rows: Int { isTransposed ? storedColumns : storedRows }
  public var columns: Int { isTransposed ? storedRows : storedColumns }

  public var transposed: Matrix {
    Matrix(tensor: tensor, storedRows: storedRows, storedColumns: storedColumns, isTransposed: !isTransposed)
  }
}

extension Tensor {
  /// The tensor as a matrix of `[all extents but the last, the last]`.
  public var matrix: Matrix {
    Matrix(
      tensor: self, storedRows: shape.dropLast().reduce(1, *), storedColumns: shape.last ?? 1, isTransposed: false)
  }

  /// Adds a product of matrices: `self += a · b` (`cblas_sgemm`), or puts it in place of what was there.
  ///
  /// The work is divided among the threads of the pool, by rows or by columns of the result: whichever there are more of.
  /// The result is the same to the last bit on any number of threads.
  public mutating func multiply(_ a: Matrix, _ b: Matrix, adding: Bool = false) {
    let (rows, columns, inner) = (a.rows, b.columns, a.columns)
    precondition(a.columns == b.rows, "a product of \(rows)x\(inner) and \(b.rows)x\(columns) matrices")
    precondition(count == rows * columns, "a \(rows)x\(columns) product does not fill \(count) values")
    let isByRows = rows >= columns
    let extent = isByRows ? rows : columns
    // Each block packs the other factor anew, so there are few of them unless they are long; and evenly many, so that two
    // threads end together. OpenBLAS sums otherwise in small products than in large ones: so their number must not depend
    // on that of the threads.
    let blocks = Self.blocks(of: extent, atMost: max(2, min(64, extent / 640 / 2 * 2)))
    let width = columns
    unsafe a.tensor.withPointer { pointerA in
      unsafe b.tensor.withPointer { pointerB in
        unsafe withMutablePointer { pointerC in
          ThreadPool.current.run(blocks.count) { index in
            let block = blocks[index]
            let firstA = isByRows ? (a.isTransposed ? block.lowerBound : block.lowerBound * a.storedColumns) : 0
            let firstB = isByRows ? 0 : (b.isTransposed ? block.lowerBound * b.storedColumns : block.lowerBound)
            let firstC = isByRows ? block.lowerBound * width : block.lowerBound
            unsafe Tensors.multiply(
              isByRows ? block.count : rows, isByRows ? width : block.count, inner,
              MatrixView(
                base: pointerA + firstA, pitch: max(1, a.storedColumns), isTransposed: a.isTransposed),
              MatrixView(
                base: pointerB + firstB, pitch: max(1, b.storedColumns), isTransposed: b.isTransposed),
              adding: adding, into: pointerC + firstC, pitch: width)
          }
        }
      }
    }
  }

  /// Even parts of a range; they do not depend on the number of threads, so that the results do not.
  static func blocks(of count: Int, atLeast least: Int = 64, atMost most: Int = 16) -> [Range<Int>] {
    let pieces = max(1, min(most, count / least))
    return (0..<pieces).map { count * $0 / pieces..<count * ($0 + 1) / pieces }
  }
}
