import Foundation
import Glibc

/// A client of a server of ours that says what it is told to, byte by byte, whether that is HTTP or not.
public final class RawClient {
  private let socket: Int32

  public init(port: Int) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isThere = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket, $0, size) == 0 }
    }
    guard isThere else { throw POSIXError(.ECONNREFUSED) }
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { close(socket) }

  /// Talks on a thread of its own: a server of the same process needs the few threads that there are for tasks.
  public static func talk<Value: Sendable>(
    to port: UInt16, _ words: @escaping @Sendable (RawClient) throws -> Value
  ) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(with: Result { try words(RawClient(port: Int(port))) })
      }
    }
  }

  /// - Returns: Whether all of it was taken, by the kernel at least, each part within 20 s.
  @discardableResult public func say(_ text: String) -> Bool { say(Array(text.utf8)) }

  @discardableResult public func say(_ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// A message of bytes, as a browser sends it (RFC 6455, section 5.2).
  public func sayMessage(_ bytes: [UInt8], kind: UInt8 = 2) {
    var frame: [UInt8] = [0x80 | kind]
    frame +=
      bytes.count < 126 ? [0x80 | UInt8(bytes.count)] : [0x80 | 126, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)]
    let mask: [UInt8] = [1, 2, 3, 4]
    say(frame + mask + bytes.enumerated().map { $1 ^ mask[$0 % 4] })
  }

  /// Ends what it says, and still hears.
  public func sayNoMore() { shutdown(socket, Int32(SHUT_WR)) }

  /// What has come until a text has come, or the other side has ended it, or time is over.
  public func hear(until text: String? = nil, within seconds: Double = 20) -> String {
    var heard: [UInt8] = []
    let deadline = Date.now.addingTimeInterval(seconds)
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while Date.now < deadline {
      var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, 100) > 0 else { continue }
      let count = recv(socket, &buffer, buffer.count, 0)
      guard count > 0 else { break }
      heard += buffer[..<count]
      if let text, String(decoding: heard, as: UTF8.self).contains(text) { break }
    }
    return String(decoding: heard, as: UTF8.self)
  }
}
