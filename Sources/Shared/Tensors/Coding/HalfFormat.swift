internal import Kernels

/// How a value is written in two bytes, little-endian.
///
/// Both round to the nearest value, of two equally near to the even one. What is finite stays so: a value beyond the
/// largest finite one becomes that one, and is not infinite for good. What is infinite or not a number stays so: a
/// network that diverges has to be seen.
public enum HalfFormat: Sendable {
  /// The upper half of a Float: its range with 8 bits of precision.
  case bfloat16
  /// IEEE 754 binary16: 11 bits of precision, from 6e-8 to 65504.
  case float16

  /// Writes two bytes for each value (`antiphon_to_bfloat16`, `antiphon_to_float16`).
  public func write(_ values: Span<Float>, into bytes: inout MutableRawSpan) {
    precondition(bytes.byteCount == 2 * values.count, "\(values.count) values into \(bytes.byteCount) bytes")
    unsafe values.withUnsafeBufferPointer { values in
      unsafe bytes.withUnsafeMutableBytes { bytes in
        guard let source = values.baseAddress, let target = bytes.baseAddress else { return }
        switch self {
        case .bfloat16: unsafe antiphon_to_bfloat16(target, source, values.count)
        case .float16: unsafe antiphon_to_float16(target, source, values.count)
        }
      }
    }
  }

  /// Reads a value of every two bytes (`antiphon_from_bfloat16`, `antiphon_from_float16`).
  public func read(_ bytes: RawSpan) -> Tensor {
    precondition(bytes.byteCount % 2 == 0, "two bytes for each value, not \(bytes.byteCount) in all")
    let count = bytes.byteCount / 2
    var tensor = Tensor(uninitialized: [count])
    unsafe bytes.withUnsafeBytes { bytes in
      guard let source = bytes.baseAddress else { return }
      unsafe tensor.withMutablePointer { target in
        switch self {
        case .bfloat16: unsafe antiphon_from_bfloat16(target + 0, source, count)
        case .float16: unsafe antiphon_from_float16(target + 0, source, count)
        }
      }
    }
    return tensor
  }
}
