/// Why bytes are not a protocol buffer message of the expected kind.
public enum ProtobufError: Error, Equatable, CustomStringConvertible {
  /// A field that goes on for longer than its message has bytes.
  case truncated(needed: UInt64, available: Int)
  /// A number of more than 64 bits.
  case oversizedNumber
  /// A field number of 0 or one beyond 2^29, or a wire type that is not in use.
  case invalidTag(UInt64)
  /// A known field with the wire type of another.
  case unexpectedType(field: Int, wireType: Int)
  /// Text that is not UTF-8.
  case invalidText
  /// A message that is whole but lacks what its schema demands.
  case schema(String)

  public var description: String {
    switch self {
    case .truncated(let needed, let available): "a field of \(needed) bytes has \(available) left"
    case .oversizedNumber: "a number has more than 64 bits"
    case .invalidTag(let tag): "no field has the tag \(tag)"
    case .unexpectedType(let field, let wireType): "field \(field) has the wire type \(wireType)"
    case .invalidText: "a text is not UTF-8"
    case .schema(let reason): reason
    }
  }
}

/// The fields of one protocol buffer message, one after the other
/// (https://protobuf.dev/programming-guides/encoding). It trusts nothing: whatever does not end inside the message is
/// an error.
public struct ProtobufReader: Sendable {
  public enum Value: Sendable {
    case number(UInt64)  // wire type 0
    case fixed64(UInt64)  // wire type 1
    case bytes(ProtobufReader)  // wire type 2: text, bytes, a message or packed numbers
    case fixed32(UInt32)  // wire type 5

    public var wireType: Int {
      switch self {
      case .number: 0
      case .fixed64: 1
      case .bytes: 2
      case .fixed32: 5
      }
    }
  }

  private let storage: [UInt8]
  private var position: Int
  private let end: Int

  public init(_ bytes: [UInt8]) {
    (storage, position, end) = (bytes, 0, bytes.count)
  }

  private init(_ storage: [UInt8], _ range: Range<Int>) {
    (self.storage, position, end) = (storage, range.lowerBound, range.upperBound)
  }

  public var isAtEnd: Bool { position == end }

  /// What has not been read yet.
  public var bytes: ArraySlice<UInt8> { storage[position..<end] }

  /// The next field, or nothing at the message's end.
  public mutating func next() throws(ProtobufError) -> (field: Int, value: Value)? {
    guard !isAtEnd else { return nil }
    let tag = try number()
    let field = tag >> 3
    guard field > 0, field < 1 << 29 else { throw .invalidTag(tag) }
    switch tag & 7 {
    case 0: return (Int(field), .number(try number()))
    case 1: return (Int(field), .fixed64(try fixed(8)))
    case 2: return (Int(field), .bytes(try message()))
    case 5: return (Int(field), .fixed32(UInt32(try fixed(4))))
    default: throw .invalidTag(tag)
    }
  }

  /// A base-128 number, least significant seven bits first.
  public mutating func number() throws(ProtobufError) -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard position < end else { throw .truncated(needed: 1, available: 0) }
      let byte = UInt64(storage[position])
      position += 1
      guard shift < 63 || byte <= 1 else { throw .oversizedNumber }
      result |= (byte & 0x7f) << shift
      if byte < 0x80 { return result }
    }
    throw .oversizedNumber
  }

  /// A little-endian number of 4 or 8 bytes.
  public mutating func fixed(_ count: Int) throws(ProtobufError) -> UInt64 {
    let bytes = try take(UInt64(count))
    return bytes.reversed().reduce(0) { $0 << 8 | UInt64(storage[$1]) }
  }

  private mutating func message() throws(ProtobufError) -> ProtobufReader {
    ProtobufReader(storage, try take(try number()))
  }

  private mutating func take(_ count: UInt64) throws(ProtobufError) -> Range<Int> {
    guard count <= UInt64(end - position) else { throw .truncated(needed: count, available: end - position) }
    defer { position += Int(count) }
    return position..<position + Int(count)
  }
}

extension ProtobufReader {
  /// The bytes as a text.
  public func text() throws(ProtobufError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidText }
    return text
  }
}

extension ProtobufReader.Value {
  /// The value as a nested message or bytes; any other wire type is an error.
  public func nested(in field: Int) throws(ProtobufError) -> ProtobufReader {
    guard case .bytes(let reader) = self else { throw .unexpectedType(field: field, wireType: wireType) }
    return reader
  }
}
