internal import FlyingSocks
internal import Foundation
internal import Glibc

/// One connection of a stranger, over which one thing is asked and answered: nothing but the head, as many bytes as it
/// announces, and the messages of a WebSocket that the server has agreed to, go on to the server.
struct Guest: Sendable {
  /// For a request, with a body that the server reads before it answers.
  private static let patienceSeconds = 15.0
  /// For an answer of which nothing more is taken.
  private static let unreadSeconds: Int32 = 30
  /// For what comes though it has been answered.
  private static let lingerSeconds = 30.0

  let client: AsyncSocket

  /// Has the connection end where the client takes nothing of what it is told, which would wait in memory (tcp(7)).
  func letGoIfUnread() throws {
    let timeout = Int32SocketOption(level: Int32(IPPROTO_TCP), name: TCP_USER_TIMEOUT)
    try client.socket.setValue(Self.unreadSeconds * 1_000, for: timeout)
  }

  /// Reads the head of a request, and a short body.
  ///
  /// - Returns: What came after the head, too.
  /// - Throws: `Refusal`, or what the client's going throws.
  func request() async throws -> (head: RequestHead, rest: [UInt8]) {
    do {
      return try await within(Self.patienceSeconds) {
        var bytes: [UInt8] = []
        while true {
          bytes += try await client.read(atMost: 4_096)
          guard let end = try RequestHead.end(in: bytes) else { continue }
          let head = try RequestHead(Array(bytes[..<end]))
          var rest = Array(bytes[end...])
          if head.isWaiting, rest.isEmpty { try await client.write(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
          while head.bodyCount <= ServiceRequest.shortBody, rest.count < head.bodyCount {
            rest += try await client.read(atMost: 4_096)
          }
          return (head, rest)
        }
      }
    } catch RequestHead.Flaw.tooLong {
      throw Refusal(431, "expected at most \(RequestHead.mostBytes) bytes of headers, there are more")
    } catch RequestHead.Flaw.unclear {
      throw Refusal(400, "expected a request as HTTP/1.1 has it, with a Content-Length where it has a body")
    } catch RequestHead.Flaw.unknownMethod {
      throw Refusal(501, "expected a method that HTTP has, as GET and POST")
    } catch is TimeIsOver {
      throw Refusal(408, "expected a request within \(Int(Self.patienceSeconds)) s")
    }
  }

  /// Carries a request to a server, and what it answers back, until it ends that.
  func ask(_ head: RequestHead, _ rest: [UInt8], of server: AsyncSocket) async throws {
    try await server.write(Data(head.forwarded))
    let isAllSent = try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask { await sendBody(head.isUpgrade ? [] : rest, head.bodyCount, to: server) }
      var answer = try await next(from: server)
      if head.isUpgrade, answer.starts(with: "HTTP/1.1 101 ".utf8) {
        group.addTask { await sendMessages(rest, to: server) }
      }
      while !answer.isEmpty, !head.isHeadOnly {
        try await client.write(Data(answer))
        answer = try await next(from: server)
      }
      if head.isHeadOnly { try await client.write(Data(self.head(of: answer, from: server))) }
      group.cancelAll()
      return try await group.allSatisfy { $0 }
    }
    if !isAllSent { await linger() }
  }

  /// Takes what still comes, though nobody wants it: where a system closes a connection of which it has not read all, the
  /// other side may lose the answer.
  func linger() async {
    shutdown(client.socket.file.rawValue, Int32(SHUT_WR))
    try? await within(Self.lingerSeconds) {
      while true { _ = try await client.read(atMost: 4_096) }
    }
  }

  /// - Parameter answer: As much of it as has come so far.
  private func head(of answer: [UInt8], from server: AsyncSocket) async throws -> [UInt8] {
    var (bytes, new) = (answer, answer)
    while !new.isEmpty {
      if let end = try RequestHead.end(in: bytes) { return Array(bytes[..<end]) }
      new = try await next(from: server)
      bytes += new
    }
    return bytes
  }

  /// - Returns: What the server says next; nothing once it has said all.
  private func next(from server: AsyncSocket) async throws -> [UInt8] {
    do {
      return try await server.read(atMost: 4_096)
    } catch is SocketError {
      // Where it has gone, its last words may still be there.
      return (try? server.socket.read(atMost: 4_096)) ?? []
    }
  }

  /// - Returns: Whether the client has nothing more to send.
  private func sendBody(_ first: [UInt8], _ count: Int, to server: AsyncSocket) async -> Bool {
    var (bytes, left) = (Array(first.prefix(count)), count)
    while true {
      left -= bytes.count
      do {
        try await server.write(Data(bytes))
        guard left > 0 else { return true }
        bytes = try await client.read(atMost: min(left, 4_096))
      } catch {
        // A server that reads on hears that no more will come, and may still answer.
        shutdown(server.socket.file.rawValue, Int32(SHUT_WR))
        return left == 0
      }
    }
  }

  /// Carries messages until the client sends no more, or other ones than it may: that ends both sides.
  ///
  /// - Returns: Whether nothing of what the client may still send is waited for.
  private func sendMessages(_ first: [UInt8], to server: AsyncSocket) async -> Bool {
    var (bytes, bounds) = (first, MessageBounds())
    let start = ContinuousClock.now
    do {
      while bounds.admit(bytes, after: (ContinuousClock.now - start) / .seconds(1)) {
        try await server.write(Data(bytes))
        bytes = try await client.read(atMost: 4_096)
      }
      shutdown(server.socket.file.rawValue, Int32(SHUT_RDWR))
      return true
    } catch {
      shutdown(server.socket.file.rawValue, Int32(SHUT_WR))
      return false
    }
  }
}

private struct TimeIsOver: Error {}

/// - Throws: What the work throws, or `TimeIsOver`.
private func within<Value: Sendable>(
  _ seconds: Double, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: .seconds(seconds))
      throw TimeIsOver()
    }
    defer { group.cancelAll() }
    return try await group.next()!
  }
}
