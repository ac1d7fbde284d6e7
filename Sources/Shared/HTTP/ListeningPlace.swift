internal import FlyingSocks
internal import Glibc

/// Where pages are served: an address of this machine, as a number, and a port.
public struct ListeningPlace: Equatable, Sendable, CustomStringConvertible {
  public let host: String
  /// 0 for any that is free.
  public let port: UInt16

  /// Reads `PORT`, which listens on loopback only, or `HOST:PORT`: `0.0.0.0:8080`, `[::]:8080`, `localhost:8080`.
  public init(parsing text: String) throws(PageServerError) {
    let colon = text.lastIndex(of: ":")
    let host = colon.map { String(text[..<$0]) } ?? "127.0.0.1"
    guard let port = UInt16(colon.map { text[text.index(after: $0)...] } ?? text[...]) else {
      throw PageServerError("expected PORT or HOST:PORT for pages, found '\(text)'")
    }
    self.init(host: host == "localhost" ? "127.0.0.1" : host, port: port)
    do {
      _ = try socketAddress
    } catch {
      throw PageServerError("expected a number as the HOST of HOST:PORT, an IPv6 one in brackets, found '\(text)'")
    }
  }

  /// - Parameter host: A number, an IPv6 one in brackets.
  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  public var description: String { "\(host):\(port)" }

  /// Whether only this machine can reach it.
  public var isLoopback: Bool { host.hasPrefix("127.") || host == "[::1]" }

  /// As the system wants it.
  var socketAddress: any SocketAddress {
    get throws {
      if host.hasPrefix("["), host.hasSuffix("]") {
        return try sockaddr_in6.inet6(ip6: String(host.dropFirst().dropLast()), port: port)
      }
      return try sockaddr_in.inet(ip4: host, port: port)
    }
  }
}
