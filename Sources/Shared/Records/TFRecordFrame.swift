public import Tensors

/// What stands around the data of a record in a TFRecord file.
///
/// Little-endian: length u64 · masked CRC-32C of the length u32 · data · masked CRC-32C of the data u32
/// (tensorflow/core/lib/io/record_writer.h).
public enum TFRecordFrame {
  /// The bytes before the data.
  public static let headBytes = 12
  /// The bytes after the data.
  public static let footBytes = 4

  /// What stands before so many bytes of data.
  public static func head(count: Int) -> [UInt8] {
    let length = littleEndian(UInt64(count), bytes: 8)
    return length + littleEndian(UInt64(masked(checksum(of: length[...]))), bytes: 4)
  }

  /// What stands behind data of a checksum.
  public static func foot(_ checksum: Checksum) -> [UInt8] { littleEndian(UInt64(masked(checksum)), bytes: 4) }

  /// A whole record.
  public static func record(_ data: [UInt8]) -> [UInt8] {
    head(count: data.count) + data + foot(checksum(of: data[...]))
  }

  /// The length that a head tells.
  ///
  /// - Returns: `nil` if the head's checksum is wrong.
  public static func length(head: [UInt8]) -> UInt64? {
    let length = head[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    return head == littleEndian(length, bytes: 8) + foot(checksum(of: head[..<8])) ? length : nil
  }

  private static func checksum(of bytes: ArraySlice<UInt8>) -> Checksum {
    let span = bytes.span
    return Checksum(of: unsafe span.bytes)  // a byte has no padding: the view is whole
  }

  /// Rotated and offset, so that a checksum of bytes that hold checksums stays a good one.
  private static func masked(_ checksum: Checksum) -> UInt32 {
    (checksum.value >> 15 | checksum.value << 17) &+ 0xa282_ead8
  }

  private static func littleEndian(_ value: UInt64, bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
}
