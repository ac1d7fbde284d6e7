internal import Kernels

/// How the largest of some values are written, with error feedback (Lin et al., "Deep Gradient Compression", 2018).
///
/// All others are read as 0. Little-endian:
///
///     places: UInt32, rising; for each kept value | kept values: Float32
public enum LargestFormat {
  /// The bytes that some kept values take.
  public static func byteCount(keeping kept: Int) -> Int { 8 * kept }

  /// Writes the largest, by magnitude, of the sums of values and of what was left by earlier ones (`antiphon_largest`).
  ///
  /// - Parameters:
  ///   - values: Fewer than 2³².
  ///   - kept: How many are written, of equals the first ones; 1 to all.
  ///   - left: As many values; becomes the sums that were not written.
  ///   - bytes: `byteCount(keeping:)` of them.
  public static func write(
    _ values: Span<Float>, keeping kept: Int, addingTo left: inout Tensor, into bytes: inout MutableRawSpan
  ) {
    let count = values.count
    precondition((1...count).contains(kept) && count <= UInt32.max, "\(kept) of \(count) values are kept")
    precondition(left.count == count, "\(left.count) values are left of \(count)")
    precondition(bytes.byteCount == byteCount(keeping: kept), "\(kept) values into \(bytes.byteCount) bytes")
    unsafe values.withUnsafeBufferPointer { values in
      unsafe bytes.withUnsafeMutableBytes { bytes in
        guard let source = values.baseAddress, let target = bytes.baseAddress else { return }
        unsafe left.withMutablePointer {
          unsafe antiphon_largest(target, target + 4 * kept, $0 + 0, source, count, kept)
        }
      }
    }
  }

  /// Reads values (`antiphon_scatter`).
  ///
  /// - Parameters:
  ///   - bytes: 8 for each kept value.
  ///   - count: How many values there are, kept or not.
  /// - Returns: `nil` if places do not rise or are not below `count`, or a value is not finite.
  public static func read(_ bytes: RawSpan, count: Int) -> Tensor? {
    precondition(bytes.byteCount % 8 == 0, "8 bytes for each value, not \(bytes.byteCount) in all")
    let kept = bytes.byteCount / 8
    var tensor = Tensor([count])
    let isGood = unsafe bytes.withUnsafeBytes { bytes -> Bool in
      guard let source = bytes.baseAddress else { return true }
      return unsafe tensor.withMutablePointer {
        unsafe antiphon_scatter($0 + 0, count, source, source + 4 * kept, kept) != 0
      }
    }
    return isGood ? tensor : nil
  }
}
