import Foundation
import Glibc
import Synchronization

/// A web server on loopback that answers each request with the bytes that a test gives it, and hears nothing.
final class TestHost: Sendable {
  /// What is written, and seconds of a pause after each part.
  typealias Answer = (parts: [String], pause: Double)

  let port: UInt16
  private let socket: Int32
  private let paths = Mutex<[String]>([])

  /// - Parameter answer: Is given the path that is asked for.
  init(_ answer: @escaping @Sendable (String) -> Answer) throws {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, length) == 0 && listen(socket, 16) == 0 && getsockname(socket, $0, &length) == 0
      }
    }
    guard listening else { throw POSIXError(.EADDRINUSE) }
    self.socket = socket
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [self] in
      while case let line = accept(socket, nil, nil), line >= 0 {
        Thread.detachNewThread { self.serve(line, answer) }
      }
    }
  }

  func close() { shutdown(socket, Int32(SHUT_RDWR)) }

  /// What was asked for.
  var asked: [String] { paths.withLock { $0 } }

  private func serve(_ line: Int32, _ answer: (String) -> Answer) {
    defer { Glibc.close(line) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = recv(line, &buffer, buffer.count, 0)
    guard count > 0 else { return }
    let path = String(decoding: buffer[..<count], as: UTF8.self).split(separator: " ").dropFirst().first.map(
      String.init)
    paths.withLock { $0.append(path ?? "") }
    let (parts, pause) = answer(path ?? "")
    for part in parts {
      let bytes = Array(part.utf8)
      guard send(line, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return }
      if pause > 0 { Thread.sleep(forTimeInterval: pause) }
    }
  }
}

extension TestHost {
  /// A whole answer.
  static func whole(_ status: String, _ headers: [String] = [], _ body: String = "") -> Answer {
    let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
    return ([head.joined(separator: "\r\n") + "\r\n\r\n" + body], 0)
  }
}
