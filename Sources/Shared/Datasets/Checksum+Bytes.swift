public import Tensors

extension Checksum {
  init(of bytes: ArraySlice<UInt8>) {
    self.init()
    add(bytes)
  }

  mutating func add(_ bytes: ArraySlice<UInt8>) {
    let span = bytes.span
    unsafe add(span.bytes)  // a byte has no padding: the view is whole
  }

  mutating func add(_ text: String) { add(Array(text.utf8)[...]) }

  /// Eight digits.
  public var hexadecimal: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
