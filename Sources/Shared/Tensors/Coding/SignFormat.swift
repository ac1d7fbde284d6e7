internal import Kernels

/// How values are written in one bit each, with error feedback (Seide et al., Interspeech 2014).
///
/// Blocks of 512 values share two means: what is read is the mean of those in the block that are below zero, or of those
/// that are not. Little-endian:
///
///     means: Float32 below zero, Float32 not below zero; for each block | signs: a bit for each value, the lowest first
public enum SignFormat {
  private static let block = Int(ANTIPHON_SIGN_BLOCK)

  private static func meansByteCount(of count: Int) -> Int { (count + block - 1) / block * 8 }

  /// The bytes that some values take.
  public static func byteCount(of count: Int) -> Int { meansByteCount(of: count) + (count + 7) / 8 }

  /// Writes the sums of values and of what was left by earlier ones (`antiphon_to_signs`).
  ///
  /// - Parameters:
  ///   - left: As many values; becomes the sums less what a reader will read.
  ///   - bytes: `byteCount(of:)` of them.
  public static func write(_ values: Span<Float>, addingTo left: inout Tensor, into bytes: inout MutableRawSpan) {
    let count = values.count
    precondition(left.count == count, "\(left.count) values are left of \(count)")
    precondition(bytes.byteCount == byteCount(of: count), "\(count) values into \(bytes.byteCount) bytes")
    unsafe values.withUnsafeBufferPointer { values in
      unsafe bytes.withUnsafeMutableBytes { bytes in
        guard let source = values.baseAddress, let target = bytes.baseAddress else { return }
        let signs = unsafe (target + meansByteCount(of: count)).assumingMemoryBound(to: UInt8.self)
        unsafe left.withMutablePointer { unsafe antiphon_to_signs(target, signs, $0 + 0, source, count) }
      }
    }
  }

  /// Reads values (`antiphon_from_signs`).
  ///
  /// - Parameter bytes: `byteCount(of: count)` of them.
  /// - Returns: `nil` if a mean is not finite.
  public static func read(_ bytes: RawSpan, count: Int) -> Tensor? {
    precondition(bytes.byteCount == byteCount(of: count), "\(count) values from \(bytes.byteCount) bytes")
    var tensor = Tensor(uninitialized: [count])
    let areFinite = unsafe bytes.withUnsafeBytes { bytes -> Bool in
      guard let source = bytes.baseAddress else { return true }
      let offsets = stride(from: 0, to: meansByteCount(of: count), by: 4)
      guard offsets.allSatisfy({ unsafe bytes.loadUnaligned(fromByteOffset: $0, as: Float.self).isFinite }) else {
        return false
      }
      let signs = unsafe (source + meansByteCount(of: count)).assumingMemoryBound(to: UInt8.self)
      unsafe tensor.withMutablePointer { unsafe antiphon_from_signs($0 + 0, source, signs, count) }
      return true
    }
    return areFinite ? tensor : nil
  }
}
