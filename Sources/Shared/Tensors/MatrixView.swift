internal import COpenBLAS

/// A matrix in memory: `pitch` values from a row to the next, and maybe seen transposed.
@unsafe struct MatrixView {
  let base: UnsafePointer<Float>
  let pitch: Int
  var isTransposed = false
}

/// `target = a · b`, or `+=` (`cblas_sgemm`), on the calling thread.
@unsafe func multiply(
  _ rows: Int, _ columns: Int, _ inner: Int, _ a: MatrixView, _ b: MatrixView, adding: Bool = false,
  into target: UnsafeMutablePointer<Float>, pitch: Int
) {
  unsafe cblas_sgemm(
    CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans,
    blasint(rows), blasint(columns), blasint(inner), 1, a.base, blasint(a.pitch), b.base, blasint(b.pitch),
    adding ? 1 : 0, target, blasint(pitch))
}

extension Range<Int> {
  /// The range in `pieces` even parts, of which none is empty.
  func divided(into pieces: Int) -> [Range<Int>] {
    let pieces = Swift.max(1, Swift.min(pieces, count))
    return (0..<pieces).map { lowerBound + count * $0 / pieces..<lowerBound + count * ($0 + 1) / pieces }
  }
}
