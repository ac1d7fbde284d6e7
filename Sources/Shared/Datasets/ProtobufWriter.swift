/// Writes protocol buffer messages (https://protobuf.dev/programming-guides/encoding).
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  /// A base-128 number, least significant seven bits first.
  mutating func number(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7f) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// A little-endian number of 4 bytes.
  mutating func fixed32(_ value: UInt32) {
    for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  /// A field of bytes, a text or packed numbers.
  mutating func field(_ field: Int, _ content: some Collection<UInt8>) {
    head(field, count: content.count)
    bytes.append(contentsOf: content)
  }

  /// The tag and the length of a field whose bytes follow.
  mutating func head(_ field: Int, count: Int) {
    number(UInt64(field) << 3 | 2)
    number(UInt64(count))
  }

  /// A field that is a message.
  mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    write(&inner)
    self.field(field, inner.bytes)
  }
}
