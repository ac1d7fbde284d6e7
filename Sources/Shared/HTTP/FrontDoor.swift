internal import FlyingFox
internal import FlyingSocks
internal import Foundation
internal import Glibc
internal import Synchronization

/// Where strangers come in: looks at the head of each request and at the size of each message before they go on to the
/// server, which would take endless ones into memory, and waits for nobody for ever.
final class FrontDoor: Sendable {
  /// Connections at a time.
  private static let mostConnections = 200
  /// For the head of a request.
  private static let patienceSeconds = 15.0

  private let listening: Socket
  private let server: sockaddr_un
  private let pool: any AsyncSocketPool = HTTPServer.defaultPool()
  private let connections = Mutex(0)

  /// Listens from now on.
  ///
  /// - Parameter server: Where the server listens, on this machine.
  init(at address: some SocketAddress, leadingTo server: sockaddr_un) throws {
    listening = try Socket(domain: Int32(type(of: address).family))
    self.server = server
    do {
      try listening.setValue(true, for: .localAddressReuse)
      try listening.bind(to: address)
      try listening.listen()
    } catch {
      try? listening.close()
      throw error
    }
  }

  deinit { try? listening.close() }

  /// The port on which it listens.
  var port: UInt16? {
    switch try? listening.sockname() {
    case .ip4(_, let port), .ip6(_, let port): port
    case .unix, nil: nil
    }
  }

  /// Lets in who comes, until its task is cancelled or the system has nothing left for another connection.
  func run() async throws {
    try await pool.prepare()
    let socket = try AsyncSocket(socket: listening, pool: pool)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { [pool] in try await pool.run() }
      group.addTask {
        try await withThrowingDiscardingTaskGroup { guests in
          for try await client in socket.sockets { guests.addTask { await self.lead(client) } }
        }
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }

  private func lead(_ client: AsyncSocket) async {
    let count = connections.withLock { count in
      count += 1
      return count
    }
    defer {
      connections.withLock { $0 -= 1 }
      try? client.close()
    }
    do {
      guard count <= Self.mostConnections else { throw Refusal(503, "too many ask at once: try again in a while") }
      let (head, rest) = try await head(from: client)
      let server = try await AsyncSocket.connected(to: server, pool: pool)
      defer { try? server.close() }
      try await server.write(Data(head.forwarded))
      if head.isWaiting, rest.isEmpty { try await client.write(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
      try await relay(head, rest, client, server)
    } catch let refusal as Refusal {
      try? await client.write(refusal.answer)
    } catch {}  // one of both has gone
  }

  /// Reads the head of a request.
  ///
  /// - Returns: What came after it, too.
  private func head(from client: AsyncSocket) async throws -> (head: RequestHead, rest: [UInt8]) {
    try await withThrowingTaskGroup(of: (head: RequestHead, rest: [UInt8]).self) { group in
      group.addTask {
        var bytes: [UInt8] = []
        do {
          while true {
            bytes += try await client.read(atMost: 4_096)
            guard let end = try RequestHead.end(in: bytes) else { continue }
            return (try RequestHead(Array(bytes[..<end])), Array(bytes[end...]))
          }
        } catch RequestHead.Flaw.tooLong {
          throw Refusal(431, "expected at most \(RequestHead.mostBytes) bytes of headers, there are more")
        } catch RequestHead.Flaw.unclear {
          throw Refusal(400, "expected a request as HTTP/1.1 has it, with a Content-Length where it has a body")
        }
      }
      group.addTask {
        try await Task.sleep(for: .seconds(Self.patienceSeconds))
        throw Refusal(408, "expected a request within \(Int(Self.patienceSeconds)) s")
      }
      defer { group.cancelAll() }
      return try await group.next()!
    }
  }

  /// Carries the request to the server, and what it answers back, until it ends that.
  private func relay(
    _ head: RequestHead, _ rest: [UInt8], _ client: AsyncSocket, _ server: AsyncSocket
  ) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        while true { try await client.write(Data(server.read(atMost: 4_096))) }
      }
      group.addTask {
        try await self.send(head, rest, client, server)
        return false
      }
      defer { group.cancelAll() }
      // What the server has to say may come after all has been sent to it.
      while let isOver = try await group.next(), !isOver {}
    }
  }

  private func send(
    _ head: RequestHead, _ rest: [UInt8], _ client: AsyncSocket, _ server: AsyncSocket
  ) async throws {
    var (bytes, left, bounds) = (rest, head.bodyCount, MessageBounds())
    while head.isUpgrade || left > 0 {
      if head.isUpgrade {
        guard bounds.admit(bytes) else { throw SocketError.disconnected }
      } else {
        bytes = Array(bytes.prefix(left))
        left -= bytes.count
      }
      try await server.write(Data(bytes))
      guard head.isUpgrade || left > 0 else { return }
      do {
        bytes = try await client.read(atMost: 4_096)
      } catch {
        // The server hears that no more will come, and may still answer.
        shutdown(server.socket.file.rawValue, Int32(SHUT_WR))
        return
      }
    }
  }
}

/// Why a client is not led to the server.
private struct Refusal: Error {
  let status: Int
  let reason: String

  init(_ status: Int, _ reason: String) { (self.status, self.reason) = (status, reason) }

  var answer: Data {
    let body = "{\"error\":\"\(reason)\"}"
    let head = [
      "HTTP/1.1 \(status) \(ServiceResponse.phrase(of: status))", "Content-Type: application/json", "Connection: close",
      "Content-Length: \(body.utf8.count)",
    ]
    return Data((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
  }
}
