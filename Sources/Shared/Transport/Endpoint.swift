internal import CZeroMQ
import Foundation
import Glibc

/// Where a server's socket is reached: over TCP, or, from the same machine, without the network.
///
/// A server that listens on a TCP port listens on a local socket of the port's name as well, in Linux's abstract
/// namespace (`man 7 unix`): it is as wide as the namespace of network addresses, leaves no file, and goes with the process.
enum Endpoint {
  /// The local socket beside a TCP port.
  static func local(port: UInt16) -> String { "ipc://@antiphon-\(port)" }

  /// The port of `tcp://host:port`.
  static func port(of endpoint: String) -> UInt16 {
    UInt16(endpoint.split(separator: ":").last ?? "") ?? 0
  }

  /// The nearest way to a server.
  ///
  /// - Parameter address: `host:port`.
  static func nearest(to address: String) -> String {
    let port = port(of: address)
    guard isOfThisMachine(address), isListening(local(port: port)) else { return "tcp://\(address)" }
    return local(port: port)
  }

  /// Whether the kernel knows a local socket of that name.
  ///
  /// It hands out its list in pages, and may pass over an entry when another one goes: so it is asked twice. To connect
  /// would tell too, but the server would count it as one that could not say who it is.
  private static func isListening(_ endpoint: String) -> Bool {
    let name = endpoint.dropFirst("ipc://".count)
    return (0..<2).contains { _ in
      String(decoding: listOfLocalSockets(), as: UTF8.self).split(separator: "\n").contains { $0.hasSuffix(" \(name)") }
    }
  }

  /// `/proc/net/unix`, page by page to its end: Foundation takes the first page for the whole of a file without a size.
  private static func listOfLocalSockets() -> [UInt8] {
    let file = unsafe open("/proc/net/unix", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var list: [UInt8] = []
    var page = [UInt8](repeating: 0, count: 1 << 14)
    while true {
      let count = unsafe read(file, &page, page.count)
      guard count > 0 else { return list }
      list += page.prefix(count)
    }
  }

  /// Whether a host's address is one of this machine's: only such an address can be bound.
  private static func isOfThisMachine(_ address: String) -> Bool {
    guard let colon = address.lastIndex(of: ":") else { return false }
    let host = address[..<colon].trimmingPrefix("[").prefix { $0 != "]" }
    if ["localhost", "::1"].contains(host) || host.hasPrefix("127.") { return true }
    return unsafe withAddresses(of: String(host)) { found in
      let probe = unsafe socket(found.ai_family, Int32(SOCK_DGRAM.rawValue), 0)
      defer { close(probe) }
      return unsafe Glibc.bind(probe, found.ai_addr, found.ai_addrlen) == 0
    }
  }

  /// Whether a condition holds of an address of a host (`getaddrinfo`); the port is 0.
  private static func withAddresses(of host: String, _ condition: (addrinfo) -> Bool) -> Bool {
    var first: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(host, nil, nil, &first) == 0 else { return false }
    defer { unsafe freeaddrinfo(first) }
    var next = unsafe first
    while let found = unsafe next {
      if unsafe condition(found.pointee) { return true }
      unsafe next = found.pointee.ai_next
    }
    return false
  }
}
