internal import FlyingFox
internal import FlyingSocks
internal import Foundation
internal import Glibc
internal import Synchronization

/// Where strangers come in: looks at the head of each request and at the size of each message before they go on to the
/// server, which would take endless ones into memory, and waits for nobody for ever.
final class FrontDoor: Sendable {
  /// Connections beyond those that are led on, that are waited for until they have heard that there are too many.
  private static let mostTurnedAway = 50
  /// Open files for all else that the process does.
  private static let otherFiles = 100

  /// Connections at a time.
  private let mostConnections = mostByFiles(limit: 200)
  private let listening: Socket
  private let server: @Sendable (RequestHead) -> sockaddr_un
  private let exchanges: Exchanges
  private let sharing: ServiceServer.Sharing
  private let pool: any AsyncSocketPool = HTTPServer.defaultPool()
  private let connections = Mutex(0)

  /// Listens from now on.
  ///
  /// - Parameters:
  ///   - server: Where the server for a request listens, on this machine.
  ///   - exchanges: Those that begin and end here.
  ///   - sharing: Which pages may read why they are refused.
  init(
    at address: some SocketAddress, leadingTo server: @escaping @Sendable (RequestHead) -> sockaddr_un,
    _ exchanges: Exchanges, sharing: @escaping ServiceServer.Sharing
  ) throws {
    listening = try Socket(domain: Int32(type(of: address).family))
    self.server = server
    self.exchanges = exchanges
    self.sharing = sharing
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

  /// As many as leave room for others where a process may open few files: a connection that is led on has three.
  private static func mostByFiles(limit: Int) -> Int {
    var files = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &files) == 0 else { return limit }
    let left = Int(clamping: files.rlim_cur) - otherFiles - mostTurnedAway
    return max(1, min(limit, left / 3))
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
      let tooMany = "too many ask at once: try again in a while"
      guard count <= mostConnections + Self.mostTurnedAway else { throw Refusal(503, tooMany) }
      try guest.letGoIfUnread()
      let (head, rest) = try await guest.request()
      guard count <= mostConnections else { throw Refusal(503, tooMany, to: head.asker) }
      let server = try await AsyncSocket.connected(to: server(head), pool: pool)
      defer { try? server.close() }
      let exchange = exchanges.begin()
      defer { exchanges.end(exchange) }
      try await guest.ask(head, rest, as: exchange, of: server)
    } catch let refusal as Refusal {
      try? await client.write(refusal.answer(sharing))
      // Of those who have been silent nothing is under way.
      let isSilent = refusal.status == 408
      if !isSilent, count <= mostConnections + Self.mostTurnedAway { await guest.linger() }
    } catch {}  // one of both has gone
  }
}

/// Why a client is not led to the server.
struct Refusal: Error {
  let status: Int
  private let reason: String
  private let asker: RequestHead.Asker

  init(_ status: Int, _ reason: String, to asker: RequestHead.Asker = .init()) {
    (self.status, self.reason, self.asker) = (status, reason, asker)
  }

  func answer(_ sharing: ServiceServer.Sharing) -> Data {
    let body = ServiceResponse.error(reason)
    var head = [
      "HTTP/1.1 \(status) \(ServiceResponse.phrase(of: status))", "Content-Type: application/json", "Connection: close",
      "Content-Length: \(body.utf8.count)",
    ]
    if status == 503 { head.append("Retry-After: 10") }
    if let origin = asker.origin, sharing(origin, asker.host) {
      head += ["Access-Control-Allow-Origin: \(origin)", "Access-Control-Expose-Headers: Retry-After", "Vary: Origin"]
    }
    return Data((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
  }
}
