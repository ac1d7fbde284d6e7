/// Where a server listens: `host:port`.
public struct ServerAddress: Equatable, Sendable, CustomStringConvertible {
  /// A name or a number; an IPv6 number stands in brackets.
  public let host: String
  public let port: UInt16

  /// Reads `host:port`.
  public init(parsing text: some StringProtocol) throws(ClusterError) {
    guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
      let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { throw ClusterError("expected a server's address as host:port, found '\(text)'") }
    let host = String(text[..<colon])
    guard !host.contains(where: \.isWhitespace), !host.contains(":") || host.hasPrefix("[") && host.hasSuffix("]")
    else {
      throw ClusterError("expected a host before the port, an IPv6 one in brackets, found '\(text)'")
    }
    self.host = host
    self.port = port
  }

  /// Reads `host:port,host:port,…`, in the order of the servers' indices.
  public static func list(parsing text: String) throws(ClusterError) -> [ServerAddress] {
    var addresses: [ServerAddress] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let address = try ServerAddress(parsing: part)
      guard !addresses.contains(address) else {
        throw ClusterError("the server \(address) is named twice in '\(text)'")
      }
      addresses.append(address)
    }
    return addresses
  }

  init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  public var description: String { "\(host):\(port)" }

  /// The address by which this host sends to others; `nil` if it has no route to any.
  public static func ofThisHost() -> String? { HostAddress.own() }

  /// Whether only this machine reaches what listens on a host: 127.0.0.0/8 or ::1, by its number or as `localhost`.
  public static func isLoopback(_ host: some StringProtocol) -> Bool {
    if host == "localhost" || host == "[::1]" { return true }
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return numbers.count == 4 && numbers[0] == 127 && !numbers.contains(nil)
  }
}
