/// Writes protocol buffer messages (https://protobuf.dev/programming-guides/encoding).
public struct ProtobufWriter: Sendable {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// A base-128 number, least significant seven bits first.
  public mutating func number(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// A little-endian number of 4 bytes.
  public mutating func fixed32(_ value: UInt32) {
    for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// A little-endian number of 8 bytes.
  public mutating func fixed64(_ value: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// A field that is a base-128 number.
  public mutating func number(_ field: Int, _ value: UInt64) {
    number(UInt64(field) << 3)
    number(value)
  }

  /// A field that is a number of 4 bytes.
  public mutating func float(_ field: Int, _ value: Float) {
    number(UInt64(field) << 3 | 5)
    fixed32(value.bitPattern)
  }

  /// A field that is a number of 8 bytes.
  public mutating func double(_ field: Int, _ value: Double) {
    number(UInt64(field) << 3 | 1)
    fixed64(value.bitPattern)
  }

  /// A field of bytes, a text or packed numbers.
  public mutating func field(_ field: Int, _ content: some Collection<UInt8>) {
    head(field, count: content.count)
    bytes.append(contentsOf: content)
  }

  /// The tag and the length of a field whose bytes follow.
  public mutating func head(_ field: Int, count: Int) {
    number(UInt64(field) << 3 | 2)
    number(UInt64(count))
  }

  /// A field that is a message.
  public mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    write(&inner)
    self.field(field, inner.bytes)
  }
}
