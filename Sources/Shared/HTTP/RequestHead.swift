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

  /// Of which site the page is that asks, and how it calls this machine.
  struct Asker: Equatable {
    var origin: String?
    var host: String?
  }

  static let mostBytes = 16_384
  /// Of a line that goes on to the server, whose time for one grows with the square of its length.
  static let mostLineBytes = 4_096
  /// Those of RFC 9110, and PATCH.
  private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]

  /// As it goes on to the server, without the empty line at its end: written anew from what was understood here, so that
  /// nobody can understand it otherwise, and with one request a connection, so that the next one has its head looked at too.
  let lines: [String]
  /// Bytes of its body.
  let bodyCount: Int
  /// Whether the answer's head is all that is wanted: the server is asked for all of it, by GET.
  let isHeadOnly: Bool
  /// Whether it is of HTTP/1.0, which has neither chunks, nor WebSockets, nor answers before the answer.
  let isOld: Bool
  /// Whether a WebSocket is asked for: then there is no body.
  let isUpgrade: Bool
  /// Whether the body comes only after the server has said that it may.
  let isWaiting: Bool
  let asker: Asker

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
    var lines = Self.lines(of: bytes)
    while lines.last?.isEmpty ?? false { lines.removeLast() }
    guard let first = lines.first, first.allSatisfy({ (0x20...0x7e).contains($0) }) else { throw .unclear }
    let request = String(decoding: first, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
    guard request.count == 3, !request[1].isEmpty, ["HTTP/1.0", "HTTP/1.1"].contains(request[2]) else { throw .unclear }
    guard Self.methods.contains(String(request[0])) else { throw .unknownMethod }
    isHeadOnly = request[0] == "HEAD"
    isOld = request[2] == "HTTP/1.0"
    var kept = ["\(isHeadOnly ? "GET" : request[0]) \(request[1]) \(request[2])"]
    var count: Int?
    var (isSocket, isWaiting, connection, hosts) = (false, false, "", 0)
    for line in lines.dropFirst() {
      guard let (name, value) = Self.field(line) else { throw .unclear }
      switch name.lowercased() {
      case "host": hosts += 1
      case "cookie": continue  // those of all services of this machine, and not for this one
      case "transfer-encoding": throw .unclear
      case "content-length":
        guard count == nil, value.allSatisfy(\.isNumber), let number = Int(value) else { throw .unclear }
        count = number
      case "upgrade": isSocket = !isOld && value.lowercased() == "websocket"
      case "expect": isWaiting = !isOld && value.lowercased() == "100-continue"
      case "connection":
        connection += "\(value.lowercased()),"
        continue
      case Exchanges.header.lowercased(): continue  // is for the door to say
      default: break
      }
      kept.append("\(name): \(value)")
    }
    guard hosts == 1 || isOld && hosts == 0 else { throw .unclear }
    guard kept.allSatisfy({ $0.utf8.count <= Self.mostLineBytes }) else { throw .tooLong }
    isUpgrade =
      isSocket && connection.split(separator: ",").contains { $0.trimmingCharacters(in: .whitespaces) == "upgrade" }
    guard !isUpgrade || count ?? 0 == 0 && !isHeadOnly else { throw .unclear }
    kept.append("Connection: \(isUpgrade ? "Upgrade, close" : "close")")
    self.lines = kept
    bodyCount = count ?? 0
    self.isWaiting = isWaiting
    asker = Asker(in: bytes)
  }

  fileprivate static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
      line.last == UInt8(ascii: "\r") ? line.dropLast() : line
    }
  }

  /// Reads a header as RFC 9110 has it (section 5): a name that is a token, a colon, and a value without controls.
  ///
  /// - Returns: The value in ASCII: what is beyond it means nothing there, and servers take it for one thing or another, for
  ///   white space for example. `nil` where it is no header.
  fileprivate static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: String)? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex else { return nil }
    let isOfToken = { (byte: UInt8) in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
      default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
      }
    }
    let value = line[(colon + 1)...]
    guard line[..<colon].allSatisfy(isOfToken), value.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
      return nil
    }
    let text = String(decoding: value.map { $0 < 0x80 ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    return (String(decoding: line[..<colon], as: UTF8.self), text.trimmingCharacters(in: .whitespaces))
  }
}

extension RequestHead.Asker {
  /// Who asks, as far as can be told from what has come of a head, clear or not.
  init(in bytes: [UInt8]) {
    let fields = RequestHead.lines(of: bytes).compactMap(RequestHead.field)
    let value = { (name: String) in
      let found = fields.filter { $0.name.lowercased() == name }
      return found.count == 1 ? found[0].value : nil
    }
    (origin, host) = (value("origin"), value("host"))
  }
}
