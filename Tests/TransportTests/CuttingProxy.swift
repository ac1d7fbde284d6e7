import Foundation
import Glibc
import Synchronization
import Tensors

/// Brings bytes from clients to a server and back, slowly, and cuts each connection after some thousand bytes, in the
/// middle of whatever is being sent.
final class CuttingProxy: Sendable {
  /// `host:port`.
  let address: String
  private let listener: Int32
  private let server: UInt16
  private let bytesBetweenCuts: ClosedRange<Int>
  private let cut = Atomic(0)
  private let isClosed = Atomic(false)

  /// How many connections were cut.
  var cuts: Int { cut.load(ordering: .relaxed) }

  /// - Parameters:
  ///   - server: `127.0.0.1:port`.
  ///   - bytesBetweenCuts: How much one connection may bring, both ways together.
  init(to server: String, bytesBetweenCuts: ClosedRange<Int>, seed: UInt64) throws {
    self.server = UInt16(server.split(separator: ":").last!)!
    self.bytesBetweenCuts = bytesBetweenCuts
    let (listener, port) = try Self.listen()
    self.listener = listener
    address = "127.0.0.1:\(port)"
    Thread.detachNewThread { [self] in serve(seed: seed) }
  }

  /// Lets nobody in any more; what goes through is cut when its bytes are used up, as ever.
  func close() {
    isClosed.store(true, ordering: .relaxed)
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func serve(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    while !isClosed.load(ordering: .relaxed) {
      let client = accept(listener, nil, nil)
      guard client >= 0 else { continue }
      let line = SeededGenerator(seed: generator.next())
      Thread.detachNewThread { [self] in bring(client, line) }
    }
    Glibc.close(listener)
  }

  /// Brings bytes until enough have passed; of the last ones only a part arrives.
  private func bring(_ client: Int32, _ line: SeededGenerator) {
    var generator = line
    let server = Self.connect(to: self.server)
    defer { for socket in [client, server] where socket >= 0 { Glibc.close(socket) } }
    var left = Int.random(in: bytesBetweenCuts, using: &generator)
    var buffer = [UInt8](repeating: 0, count: 8192)
    while server >= 0, !isClosed.load(ordering: .relaxed) {
      var waiting = [client, server].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&waiting, 2, 100) >= 0 else { return }
      for (source, target) in [(0, server), (1, client)] where waiting[source].revents != 0 {
        let count = recv(waiting[source].fd, &buffer, buffer.count, 0)
        guard count > 0 else { return }
        usleep(UInt32.random(in: 0...1500, using: &generator))
        let passed = min(count, left)
        guard send(target, buffer, passed, Int32(MSG_NOSIGNAL)) == passed else { return }
        left -= passed
        if left == 0 {
          cut.add(1, ordering: .relaxed)
          return
        }
      }
    }
  }

  private static func listen() throws -> (socket: Int32, port: UInt16) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withAddress(port: 0) { bind(listener, $0, size) }
    var bound = sockaddr_in()
    let name = withUnsafeMutablePointer(to: &bound) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
    }
    guard result == 0, name == 0, Glibc.listen(listener, 64) == 0 else {
      throw POSIXError(POSIXError.Code(rawValue: errno) ?? .EIO)
    }
    return (listener, UInt16(bigEndian: bound.sin_port))
  }

  /// A connection to a port of this machine; -1 if nobody listens there.
  static func connect(to port: UInt16) -> Int32 {
    let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    if withAddress(port: port, { Glibc.connect(client, $0, size) }) == 0 { return client }
    Glibc.close(client)
    return -1
  }

  private static func withAddress<Result>(port: UInt16, _ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1, body)
    }
  }
}
