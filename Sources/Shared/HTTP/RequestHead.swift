/// The head of a request (RFC 9112): what has to be known of it before it goes on to the server, which takes heads of any
/// length into memory.
struct RequestHead: Equatable {
  enum Flaw: Error, Equatable {
    /// It is longer than a head may be.
    case tooLong
    /// It is not what HTTP has, or does not say how much follows.
    case unclear
  }

  static let mostBytes = 16_384

  /// As it goes on to the server: with one request a connection, so that the next one has its head looked at too.
  let forwarded: [UInt8]
  /// Bytes of its body.
  let bodyCount: Int
  /// Whether a WebSocket is asked for.
  let isUpgrade: Bool
  /// Whether the body comes only after the server has said that it may.
  let isWaiting: Bool

  /// Finds the end of the head in what has come so far.
  ///
  /// - Returns: How many bytes are head, the empty line at its end among them; `nil` where it has not all come.
  static func end(in bytes: [UInt8]) throws(Flaw) -> Int? {
    let line = UInt8(ascii: "\n")
    let back = UInt8(ascii: "\r")
    for index in bytes.indices.dropFirst() where bytes[index] == line {
      let isEmpty = bytes[index - 1] == line || index > 1 && bytes[index - 1] == back && bytes[index - 2] == line
      if isEmpty { return index + 1 }
      if index >= mostBytes { break }
    }
    guard bytes.count < mostBytes else { throw .tooLong }
    return nil
  }

  /// - Parameter bytes: All of the head.
  init(_ bytes: [UInt8]) throws(Flaw) {
    let text = String(decoding: bytes, as: UTF8.self)
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
    while lines.last == "" { lines.removeLast() }
    guard lines.first?.split(separator: " ").count == 3 else { throw .unclear }
    var (count, isUpgrade, isWaiting, kept) = (0, false, false, [lines[0]])
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw .unclear }
      let value = parts[1].drop { $0 == " " || $0 == "\t" }
      switch parts[0].lowercased() {
      case "transfer-encoding": throw .unclear
      case "content-length":
        guard let number = Int(value), number >= 0 else { throw .unclear }
        count = number
      case "upgrade": isUpgrade = value.lowercased() == "websocket"
      case "expect": isWaiting = value.lowercased() == "100-continue"
      default: break
      }
      kept.append(line)
    }
    if !isUpgrade { kept = kept.filter { !$0.lowercased().hasPrefix("connection:") } + ["Connection: close"] }
    forwarded = Array((kept.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    bodyCount = isUpgrade ? 0 : count
    self.isUpgrade = isUpgrade
    self.isWaiting = isWaiting
  }
}
