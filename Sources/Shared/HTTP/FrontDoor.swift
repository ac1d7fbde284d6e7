internal import FlyingFox
internal import FlyingSocks
internal import Foundation
internal import Synchronization

/// Where strangers come in: looks at the head of each request and at the size of each message before they go on to the
/// server, which would take endless ones into memory, and waits for nobody for ever.
final class FrontDoor: Sendable {
  /// Connections at a time.
  private static let mostConnections = 200
  /// Connections beyond those that are waited for until they have heard that there are too many.
  private static let mostTurnedAway = 50

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
    let guest = Guest(client: client)
    do {
      guard count <= Self.mostConnections else { throw Refusal(503, "too many ask at once: try again in a while") }
      try guest.letGoIfUnread()
      let (head, rest) = try await guest.request()
      let server = try await AsyncSocket.connected(to: server, pool: pool)
      defer { try? server.close() }
      try await guest.ask(head, rest, of: server)
    } catch let refusal as Refusal {
      try? await client.write(refusal.answer)
      // Of those who have been silent nothing is under way.
      let isSilent = refusal.status == 408
      if !isSilent, count <= Self.mostConnections + Self.mostTurnedAway { await guest.linger() }
    } catch {}  // one of both has gone
  }
}

/// Why a client is not led to the server.
struct Refusal: Error {
  let status: Int
  let reason: String

  init(_ status: Int, _ reason: String) { (self.status, self.reason) = (status, reason) }

  var answer: Data {
    let body = ServiceResponse.error(reason)
    var head = [
      "HTTP/1.1 \(status) \(ServiceResponse.phrase(of: status))", "Content-Type: application/json", "Connection: close",
      "Content-Length: \(body.utf8.count)",
    ]
    if status == 503 { head.append("Retry-After: 10") }
    return Data((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
  }
}
