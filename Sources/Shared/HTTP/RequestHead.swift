internal import Foundation

/// The head of a request (RFC 9112): what has to be known of it before it goes on to the server, which takes heads of any
/// length into memory.
struct RequestHead: Equatable {
  enum Flaw: Error, Equatable {
    /// It is longer than a head may be.
    case tooLong
    /// It is not what HTTP has, or does not say how much follows.
    case unclear
    /// It wants something that HTTP does not have.
    case unknownMethod
  }

  static let mostBytes = 16_384
  /// Those of RFC 9110, and PATCH.
  private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]

  /// As it goes on to the server: with one request a connection, so that the next one has its head looked at too.
  let forwarded: [UInt8]
  /// Bytes of its body.
  let bodyCount: Int
  /// Whether the answer's head is all that is wanted: the server is asked for all of it, by GET.
  let isHeadOnly: Bool
  /// Whether a WebSocket is asked for: then there is no body.
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
    let request = lines.first?.split(separator: " ") ?? []
    guard request.count == 3 else { throw .unclear }
    guard Self.methods.contains(String(request[0])) else { throw .unknownMethod }
    isHeadOnly = request[0] == "HEAD"
    let asked = isHeadOnly ? "GET \(request[1]) \(request[2])" : lines[0]
    var count: Int?
    var (isSocket, isWaiting, connection, kept) = (false, false, "", [asked])
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[0].contains(where: \.isWhitespace) else { throw .unclear }
      let value = parts[1].trimmingCharacters(in: .whitespaces)
      switch parts[0].lowercased() {
      case "transfer-encoding": throw .unclear
      case "content-length":
        guard count == nil, value.first?.isNumber ?? false, let number = Int(value) else { throw .unclear }
        count = number
      case "upgrade": isSocket = value.lowercased() == "websocket"
      case "expect": isWaiting = value.lowercased() == "100-continue"
      case "connection":
        connection += "\(value.lowercased()),"
        continue
      default: break
      }
      kept.append(line)
    }
    isUpgrade =
      isSocket && connection.split(separator: ",").contains { $0.trimmingCharacters(in: .whitespaces) == "upgrade" }
    guard !isUpgrade || count ?? 0 == 0 && !isHeadOnly else { throw .unclear }
    kept.append("Connection: \(isUpgrade ? "Upgrade, close" : "close")")
    forwarded = Array((kept.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    bodyCount = count ?? 0
    self.isWaiting = isWaiting
  }
}
