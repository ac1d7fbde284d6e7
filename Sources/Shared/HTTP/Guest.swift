internal import FlyingSocks
internal import Foundation
internal import Glibc
internal import Synchronization

/// One connection of a stranger, over which one thing is asked and answered: nothing but the head, as many bytes as it
/// announces, and the messages of a WebSocket that the server has agreed to, go on to the server.
struct Guest: Sendable {
  /// For a request, with a body that the server reads before it answers.
  private static let patienceSeconds = 15.0
  /// For more of what a client had sent that sends no more, or for an answer that it may hear.
  private static let goneSeconds = 1.0
  /// `POLLRDHUP`, which Glibc has as a macro for C only.
  private static let isEnded: Int16 = 0x2000
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
    let heard = Mutex<[UInt8]>([])
    let read: @Sendable () async throws -> [UInt8] = {
      let new = try await client.read(atMost: 4_096)
      return heard.withLock { heard in
        heard += new
        return heard
      }
    }
    do {
      return try await within(Self.patienceSeconds) {
        while true {
          let bytes = try await read()
          guard let end = try RequestHead.end(in: bytes) else { continue }
          let head = try RequestHead(Array(bytes[..<end]))
          var rest = Array(bytes[end...])
          if head.isWaiting, rest.isEmpty { try await client.write(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8)) }
          while head.bodyCount <= ServiceRequest.shortBody, rest.count < head.bodyCount {
            rest = Array(try await read()[end...])
          }
          return (head, rest)
        }
      }
    } catch {
      let (status, reason) =
        switch error {
        case RequestHead.Flaw.tooLong:
          (431, "expected headers of at most \(RequestHead.mostBytes) bytes, and \(RequestHead.mostLineBytes) each")
        case RequestHead.Flaw.unclear:
          (400, "expected a request as HTTP/1.1 has it, with one Host, and a Content-Length where it has a body")
        case RequestHead.Flaw.unknownMethod: (501, "expected a method that HTTP has, as GET and POST")
        case is TimeIsOver: (408, "expected a request within \(Int(Self.patienceSeconds)) s")
        default: throw error
        }
      throw Refusal(status, reason, to: .init(in: heard.withLock { $0 }))
    }
  }

  /// Carries a request to a server, and what it answers back, until it ends that or the client goes.
  ///
  /// - Parameter exchange: The number by which the server knows it.
  func ask(_ head: RequestHead, _ rest: [UInt8], as exchange: Int, of server: AsyncSocket) async throws {
    let lines = head.lines + ["\(Exchanges.header): \(exchange)", "", ""]
    try await server.write(Data(lines.joined(separator: "\r\n").utf8))
    let left = BytesLeft(head.bodyCount)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        await sendBody(Array(rest.prefix(head.bodyCount)), left, to: server)
        return false
      }
      group.addTask {
        try await waitUntilGone(left)
        return true
      }
      group.addTask {
        try await answer(head, rest, from: server)
        return true
      }
      while try await group.next() == false {}
      group.cancelAll()
    }
    if left.count > 0 { await linger() }
  }

  /// Takes what still comes, though nobody wants it: where a system closes a connection of which it has not read all, the
  /// other side may lose the answer.
  func linger() async {
    shutdown(client.socket.file.rawValue, Int32(SHUT_WR))
    try? await within(Self.lingerSeconds) {
      while true { _ = try await client.read(atMost: 4_096) }
    }
  }

  /// Carries an answer back; where that is the agreement to a WebSocket, the messages of both sides.
  private func answer(_ head: RequestHead, _ rest: [UInt8], from server: AsyncSocket) async throws {
    var answer = try await next(from: server)
    var unframed = ChunkedAnswer()
    if head.isHeadOnly {
      answer = try await self.head(of: answer, from: server)
      return try await client.write(Data(head.isOld ? unframed.take(answer) : answer))
    }
    guard head.isUpgrade, answer.starts(with: "HTTP/1.1 101 ".utf8) else {
      while !answer.isEmpty {
        try await client.write(Data(head.isOld ? unframed.take(answer) : answer))
        answer = try await next(from: server)
      }
      return
    }
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask { await sendMessages(rest, to: server) }
      while !answer.isEmpty {
        try await client.write(Data(answer))
        answer = try await next(from: server)
      }
      group.cancelAll()
      if try await group.next() == false { await linger() }
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

  private func sendBody(_ first: [UInt8], _ left: BytesLeft, to server: AsyncSocket) async {
    var bytes = first
    do {
      while true {
        left.subtract(bytes.count)
        try await server.write(Data(bytes))
        guard left.count > 0 else { return }
        bytes = try await client.read(atMost: min(left.count, 4_096))
      }
    } catch {
      // A server that reads on hears that no more will come, and may still answer.
      shutdown(server.socket.file.rawValue, Int32(SHUT_WR))
    }
  }

  /// Returns once the client sends no more, and nothing of what it had sent goes on any more.
  ///
  /// TCP has one word for who has gone and for who only has said all and would still hear an answer. The latter is legal but
  /// rare, so that it is taken for the former, as nginx takes it, after a while in which most answers have come.
  private func waitUntilGone(_ left: BytesLeft) async throws {
    var before: Int?
    while true {
      try await Task.sleep(for: .seconds(Self.goneSeconds))
      // Asked of the system, for a read would only tell after all that is unread, which may be much.
      var asked = pollfd(fd: client.socket.file.rawValue, events: Self.isEnded, revents: 0)
      let now = unsafe poll(&asked, 1, 0) > 0 ? left.count : nil
      if let now, now == before { return }
      before = now
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

/// Bytes of a body that have not come: two tasks look at them.
private final class BytesLeft: Sendable {
  private let left: Mutex<Int>

  init(_ count: Int) { left = Mutex(count) }

  var count: Int { left.withLock { $0 } }

  func subtract(_ count: Int) { left.withLock { $0 -= count } }
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
