/// Why a frame could not be read.
public enum WireError: Error, Equatable, CustomStringConvertible {
  case truncated(needed: Int, available: Int)
  case trailing(Int)
  case notAntiphon
  case unknownVersion(UInt8)
  case unknownOperation(UInt8)
  case badValue(String)

  public var description: String {
    switch self {
    case .truncated(let needed, let available): "a frame ends early: \(needed) bytes expected, \(available) came"
    case .trailing(let count): "a frame has \(count) bytes too many"
    case .notAntiphon: "a frame does not begin with AN: it is not one of Antiphon's"
    case .unknownVersion(let version): "a frame of protocol version \(version) came, \(Envelope.version) is expected"
    case .unknownOperation(let operation): "a frame asks for the unknown operation \(operation)"
    case .badValue(let text): "a frame holds a value that cannot be: \(text)"
    }
  }
}

/// Puts values behind one another, little-endian.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func write(_ value: some FixedWidthInteger) {
    var rest = value
    for _ in 0..<value.bitWidth / 8 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  mutating func write(_ value: Float) { write(value.bitPattern) }

  mutating func write(_ text: String) { write(Array(text.utf8)) }

  mutating func write(_ data: [UInt8]) {
    write(UInt32(data.count))
    bytes += data
  }

  /// A count in 32 bits, and then each element.
  mutating func write<Element>(each elements: [Element], _ body: (inout ByteWriter, Element) -> Void) {
    write(UInt32(elements.count))
    for element in elements { body(&self, element) }
  }
}

/// Takes values from the front of a frame, and trusts none of them.
struct ByteReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func read<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(WireError) -> Value {
    try take(Value.bitWidth / 8).reversed().reduce(0) { $0 << 8 | Value(truncatingIfNeeded: $1) }
  }

  mutating func readFloat() throws(WireError) -> Float { Float(bitPattern: try read()) }

  /// A 64-bit number that fits an `Int`.
  mutating func readCount() throws(WireError) -> Int {
    let value: UInt64 = try read()
    guard let count = Int(exactly: value) else { throw .badValue("the count \(value)") }
    return count
  }

  mutating func readString() throws(WireError) -> String {
    guard let text = String(validating: try readBytes(), as: UTF8.self) else {
      throw .badValue("text that is not UTF-8")
    }
    return text
  }

  mutating func readBytes() throws(WireError) -> [UInt8] {
    let count: UInt32 = try read()
    return Array(try take(Int(count)))
  }

  /// - Parameter size: The fewest bytes that an element takes: more elements than fit are refused before any is read.
  mutating func readArray<Element>(
    ofAtLeast size: Int, _ body: (inout ByteReader) throws(WireError) -> Element
  ) throws(WireError) -> [Element] {
    let count = Int(try read(UInt32.self))
    guard count * size <= rest.count else { throw .truncated(needed: count * size, available: rest.count) }
    var elements: [Element] = []
    for _ in 0..<count { elements.append(try body(&self)) }
    return elements
  }

  /// Every byte must have been read.
  func finish() throws(WireError) {
    guard rest.isEmpty else { throw .trailing(rest.count) }
  }

  private mutating func take(_ count: Int) throws(WireError) -> ArraySlice<UInt8> {
    guard rest.count >= count else { throw .truncated(needed: count, available: rest.count) }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }
}
