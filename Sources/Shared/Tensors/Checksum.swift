internal import Kernels

/// A CRC-32C (Castagnoli), as TFRecord files and our checkpoints use it (`antiphon_crc32c`).
public struct Checksum: Equatable, Sendable {
  public private(set) var value: UInt32 = 0

  public init() {}

  /// A checksum that is known.
  public init(value: UInt32) { self.value = value }

  /// The checksum of some bytes.
  public init(of bytes: RawSpan) {
    add(bytes)
  }

  /// Goes on with the bytes that follow.
  public mutating func add(_ bytes: RawSpan) {
    value = unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return value }
      return unsafe antiphon_crc32c(value, base, bytes.count)
    }
  }
}
