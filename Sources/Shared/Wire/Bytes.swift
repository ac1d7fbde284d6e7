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
    var value = value.littleEndian
    unsafe withUnsafeBytes(of: &value) { unsafe bytes.append(contentsOf: $0) }
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
///
/// It reads the frame's bytes where they are.
struct ByteReader: ~Escapable {
  private let bytes: RawSpan
  private var position = 0

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan) { self.bytes = bytes }

  mutating func read<Value: FixedWidthInteger & BitwiseCopyable>(
    _: Value.Type = Value.self
  ) throws(WireError) -> Value {
    let start = try take(MemoryLayout<Value>.size)
    return Value(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: Value.self))
  }

  mutating func readFloat() throws(WireError) -> Float { Float(bitPattern: try read()) }

  /// A truth value, 0 or 1.
  mutating func readFlag() throws(WireError) -> Bool {
    let value: UInt8 = try read()
    guard value <= 1 else { throw .badValue("\(value) where 0 or 1 is expected") }
    return value == 1
  }

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
    let count = Int(try read(UInt32.self))
    let start = try take(count)
    return unsafe bytes.extracting(start..<start + count).withUnsafeBytes { unsafe Array($0) }
  }

  /// - Parameter size: The fewest bytes that an element takes: more elements than fit are refused before any is read.
  mutating func readArray<Element>(
    ofAtLeast size: Int, _ body: (inout ByteReader) throws(WireError) -> Element
  ) throws(WireError) -> [Element] {
    let count = Int(try read(UInt32.self))
    guard count * size <= available else { throw .truncated(needed: count * size, available: available) }
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(try body(&self)) }
    return elements
  }

  /// Every byte must have been read.
  func finish() throws(WireError) {
    guard available == 0 else { throw .trailing(available) }
  }

  private var available: Int { bytes.byteCount - position }

  /// Goes on by some bytes.
  ///
  /// - Returns: Where they begin.
  private mutating func take(_ count: Int) throws(WireError) -> Int {
    guard available >= count else { throw .truncated(needed: count, available: available) }
    defer { position += count }
    return position
  }
}
