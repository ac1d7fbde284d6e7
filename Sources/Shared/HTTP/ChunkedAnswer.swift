internal import Foundation

/// An answer of our server for somebody who asks by HTTP/1.0, and knows no chunks (RFC 9112, section 7.1): takes them off it
/// as it comes, so that its end is the connection's. A plain value.
struct ChunkedAnswer {
  private static let mark = "Transfer-Encoding: chunked\r\n"

  /// What has come of a head that is not whole; `nil` after it.
  private var head: [UInt8]? = []
  private var isChunked = false
  /// Of a chunk, with the end of line after it, what is still to come.
  private var left = 0
  /// What has come of the line that says how long a chunk is.
  private var line: [UInt8] = []

  /// Takes what has come.
  ///
  /// - Returns: What goes on to the client.
  mutating func take(_ bytes: [UInt8]) throws(RequestHead.Flaw) -> [UInt8] {
    guard var head else { return isChunked ? unframed(bytes[...]) : bytes }
    head += bytes
    self.head = head
    guard let end = try RequestHead.end(in: head) else { return [] }
    self.head = nil
    let text = String(decoding: head[..<end], as: UTF8.self)
    isChunked = text.contains(Self.mark)
    let rest = head[end...]
    return Array(text.replacing(Self.mark, with: "").utf8) + (isChunked ? unframed(rest) : Array(rest))
  }

  private mutating func unframed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var taken: [UInt8] = []
    for byte in bytes {
      if left > 0 {
        left -= 1
        if left >= 2 { taken.append(byte) }
      } else if byte != UInt8(ascii: "\n") {
        line.append(byte)
      } else {
        let size =
          Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines), radix: 16) ?? 0
        line = []
        if size > 0 { left = size + 2 }
      }
    }
    return taken
  }
}
