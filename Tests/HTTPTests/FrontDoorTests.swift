import Foundation
import RawClients
import Synchronization
import Testing

@testable import HTTP

/// A service that agrees to WebSockets at `/live`, and to nothing else.
private final class Porter: Sendable {
  let paths = Mutex<[String]>([])
  let talk = Talk()

  @Sendable func answer(_ request: ServiceRequest) async -> ServiceResponse {
    paths.withLock { $0.append(request.path) }
    guard request.path == "/live" else { return ServiceResponse(403, .bytes(Array("for none".utf8))) }
    return ServiceResponse(101, .conversation(talk))
  }
}

/// A conversation that has nothing to say.
private final class Talk: Conversation {
  let answers: AsyncStream<String>
  private let answer: AsyncStream<String>.Continuation
  let heard = Mutex<[[UInt8]]>([])
  let isOver = Mutex(false)

  init() { (answers, answer) = AsyncStream.makeStream(of: String.self) }

  func hear(_ bytes: [UInt8]) { heard.withLock { $0.append(bytes) } }

  func end() {
    isOver.withLock { $0 = true }
    answer.finish()
  }
}

/// A service that thinks about its answers until nobody waits for them any more, but for those that are fast.
private final class SlowService: Sendable {
  let working = Mutex(0)

  @Sendable func answer(_ request: ServiceRequest) async -> ServiceResponse {
    guard request.path != "/fast" else { return ServiceResponse(200, .bytes([])) }
    working.withLock { $0 += 1 }
    try? await Task.sleep(for: .seconds(600))
    working.withLock { $0 -= 1 }
    return ServiceResponse(200, .bytes([]))
  }
}

// One after the other: some have hundreds of connections, and where a process has more than 1,365 open files Foundation's
// `Process.run()`, by which other tests start programs meanwhile, reads beyond its list of them.
@Suite(.serialized) struct `The front door` {
  private let porter = Porter()
  private let server: ServiceServer

  init() throws { server = try ServiceServer(porter.answer, at: ListeningPlace(parsing: "0")) }

  private static let upgrade =
    "GET /live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

  private func talk<Value: Sendable>(_ words: @escaping @Sendable (RawClient) throws -> Value) async throws -> Value {
    try await RawClient.talk(to: server.place.port, words)
  }

  /// Waits for something, for as long as a busy machine may take.
  private func wait(for isSo: () -> Bool) async throws -> Bool {
    for _ in 0..<900 where !isSo() { try await Task.sleep(for: .milliseconds(100)) }
    return isSo()
  }

  @Test(arguments: ["keep-alive", "Upgrade", "Upgrade, keep-alive"])
  func `lets nobody ask again who has been refused a WebSocket`(_ connection: String) async throws {
    defer { server.stop() }
    let (refused, more) = try await talk { client in
      client.say("GET /no HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: \(connection)\r\n\r\n")
      let refused = client.hear(until: "for none")
      client.say("GET /again HTTP/1.1\r\nHost: localhost\r\n\r\n")
      return (refused, client.hear())
    }
    #expect(refused.hasPrefix("HTTP/1.1 403") && more.isEmpty, "\(more)")
    #expect(porter.paths.withLock { $0 } == ["/no"])
  }

  @Test func `says as JSON what is missing for a WebSocket, and ends it`() async throws {
    defer { server.stop() }
    let answer = try await talk { client in
      client.say(Self.upgrade.replacing("Sec-WebSocket-Key", with: "X"))
      return client.hear()
    }
    #expect(answer.hasPrefix("HTTP/1.1 400") && answer.contains("Content-Type: application/json"), "\(answer)")
    #expect(answer.contains(#"{"error":"expected a WebSocket (RFC 6455): Sec-WebSocket-Key"#), "\(answer)")
    #expect(porter.talk.isOver.withLock { $0 })
  }

  @Test func `refuses methods that HTTP has not, before the service is asked`() async throws {
    defer { server.stop() }
    let answer = try await talk { client in
      client.say("BREW /pot HTTP/1.1\r\nHost: localhost\r\n\r\n")
      return client.hear()
    }
    #expect(
      answer.hasPrefix("HTTP/1.1 501 Not Implemented\r\n") && answer.contains(#"{"error":"expected"#), "\(answer)")
    #expect(porter.paths.withLock { $0.isEmpty })
  }

  @Test func `carries the messages of a WebSocket, also those that come early`() async throws {
    defer { server.stop() }
    let (agreed, isHeard) = try await talk { [porter] client in
      client.say(Array(Self.upgrade.utf8) + [0x82, 0x83, 0, 0, 0, 0, 1, 2, 3])
      let agreed = client.hear(until: "\r\n\r\n")
      client.sayMessage([4, 5])
      client.sayMessage([], kind: 8)
      _ = client.hear()
      return (agreed, porter.talk.heard.withLock { $0 } == [[1, 2, 3], [4, 5]])
    }
    #expect(agreed.hasPrefix("HTTP/1.1 101") && isHeard)
    #expect(try await wait { porter.talk.isOver.withLock { $0 } })
  }

  @Test func `lets go who sends pings without end`() async throws {
    defer { server.stop() }
    let isTaken = try await talk { client in
      client.say(Self.upgrade)
      _ = client.hear(until: "\r\n\r\n")
      let pings = Array(repeating: [0x89, 0x80, 0, 0, 0, 0] as [UInt8], count: 10_000).flatMap { $0 }
      return (0..<100).allSatisfy { _ in client.say(pings) }
    }
    #expect(!isTaken)
    #expect(try await wait { porter.talk.isOver.withLock { $0 } })
  }

  @Test func `has who sends much hear a refusal that came before`() async throws {
    defer { server.stop() }
    let (isTaken, answer) = try await talk { client in
      let megabyte = [UInt8](repeating: 7, count: 1_000_000)
      client.say("POST /no HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n")
      return ((0..<100).allSatisfy { _ in client.say(megabyte) }, client.hear())
    }
    #expect(isTaken && answer.hasPrefix("HTTP/1.1 403") && answer.hasSuffix("for none"), "\(answer)")
  }

  @Test func `refuses what another reader of it could take for a body`() async throws {
    defer { server.stop() }
    for name in ["Content-Length\u{200b}", "\u{feff}Content-Length"] {
      let answer = try await talk { client in
        client.say("GET /no HTTP/1.1\r\nHost: localhost\r\n\(name): 4000\r\n\r\n")
        return client.hear()
      }
      #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
    }
    #expect(porter.paths.withLock { $0.isEmpty })
  }

  @Test func `ends what is asked once its client has gone, and lets others in`() async throws {
    let slow = SlowService()
    let server = try ServiceServer(slow.answer, at: ListeningPlace(parsing: "0"))
    defer { server.stop() }
    let bodies = ["\r\n", "Content-Length: 2\r\n\r\nab", "Content-Length: 9000000\r\n\r\nab", Self.upgrade]
    var clients = try (0..<200).map { _ in try RawClient(port: Int(server.place.port)) }
    for (index, client) in clients.enumerated() {
      let body = bodies[index % bodies.count]
      client.say(body == Self.upgrade ? body : "GET /slow HTTP/1.1\r\nHost: localhost\r\n\(body)")
    }
    #expect(try await wait { slow.working.withLock { $0 } == 200 })
    clients = []
    #expect(try await wait { slow.working.withLock { $0 } == 0 }, "nobody waits for what they work at")
    let answer = try await RawClient.talk(to: server.place.port) { client in
      client.say("GET /fast HTTP/1.1\r\nHost: localhost\r\n\r\n")
      return client.hear()
    }
    #expect(answer.hasPrefix("HTTP/1.1 200"), "\(answer)")
  }

  @Test func `still answers who has said all`() async throws {
    defer { server.stop() }
    let answer = try await talk { client in
      client.say("POST /no HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc")
      client.sayNoMore()
      return client.hear()
    }
    #expect(answer.hasPrefix("HTTP/1.1 403") && answer.hasSuffix("for none"), "\(answer)")
  }

  @Test func `leaves nobody working where that is waited for`() async throws {
    let slow = SlowService()
    let server = try ServiceServer(slow.answer, at: ListeningPlace(parsing: "0"))
    let clients = try (0..<8).map { _ in try RawClient(port: Int(server.place.port)) }
    for client in clients { client.say("POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\nab") }
    #expect(try await wait { slow.working.withLock { $0 } == 8 })
    let left = await withCheckedContinuation { left in
      Thread.detachNewThread {
        server.stopAndWait()
        left.resume(returning: slow.working.withLock { $0 })
      }
    }
    #expect(left == 0)
  }

  @Test func `has pages that may ask read why they are refused, and no others`() async throws {
    let server = try ServiceServer(porter.answer, at: ListeningPlace(parsing: "0")) { origin, host in
      origin == "https://a.example" && host == "localhost"
    }
    defer { server.stop() }
    let refused = { (origin: String, method: String) in
      try await RawClient.talk(to: server.place.port) { client in
        client.say("\(method) / HTTP/1.1\r\nHost: localhost\r\nOrigin: https://\(origin)\r\n\r\n")
        return client.hear()
      }
    }
    let silent = try (0..<200).map { _ in try RawClient(port: Int(server.place.port)) }
    let full = try await refused("a.example", "GET")
    #expect(
      full.hasPrefix("HTTP/1.1 503") && full.contains("Access-Control-Allow-Origin: https://a.example\r\n"), "\(full)")
    _ = silent.count  // they are there until now
    let unknown = try await refused("a.example", "BREW")
    #expect(unknown.contains("Access-Control-Allow-Origin: https://a.example\r\n"), "\(unknown)")
    #expect(try await !refused("b.example", "BREW").contains("Access-Control"))
  }

  @Test func `waits for a short body, but not for ever`() async throws {
    defer { server.stop() }
    let answer = try await talk { client in
      client.say("POST /no HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345")
      return client.hear(within: 60)
    }
    #expect(answer.hasPrefix("HTTP/1.1 408"), "\(answer)")
  }

  @Test func `tells events to those who know no chunks, too`() async throws {
    let server = try ServiceServer(
      { _ in
        let events = AsyncStream { events in
          for index in 0..<3 { events.yield(ServerSentEvent("e", data: String(repeating: "\(index)", count: 5_000))) }
          events.finish()
        }
        return ServiceResponse(200, headers: ["Content-Type": "text/event-stream"], .events(events))
      }, at: ListeningPlace(parsing: "0"))
    defer { server.stop() }
    let ask = { (version: String) in
      try await RawClient.talk(to: server.place.port) { client in
        client.say("GET / HTTP/\(version)\r\nHost: localhost\r\n\r\n")
        return client.hear()
      }
    }
    let (old, new) = (try await ask("1.0"), try await ask("1.1"))
    #expect(new.contains("Transfer-Encoding: chunked") && !old.contains("Transfer-Encoding"), "\(old.prefix(300))")
    let events = (0..<3).map { "event: e\ndata: \(String(repeating: "\($0)", count: 5_000))\n\n" }.joined()
    #expect(old.hasPrefix("HTTP/1.1 200") && old.hasSuffix("\r\n\r\n\(events)"), "\(old.prefix(300))")
  }

  @Test func `lets go who takes nothing of an answer`() async throws {
    let talk = porter.talk
    let server = try ServiceServer(
      { _ in
        let events = AsyncStream { events in
          let event = ServerSentEvent("much", data: String(repeating: "x", count: 100_000))
          for _ in 0..<1_000 { events.yield(event) }
          events.onTermination = { _ in talk.end() }
        }
        return ServiceResponse(200, .events(events))
      }, at: ListeningPlace(parsing: "0"))
    defer { server.stop() }
    let client = try RawClient(port: Int(server.place.port))
    client.say("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(try await wait { talk.isOver.withLock { $0 } })
    _ = client  // is there all the time
  }

  @Test func `is before pages, too`() async throws {
    let pages = try PageServer([Page("/") { .good("ok\n") }], at: ListeningPlace(parsing: "0"))
    defer { pages.stop() }
    let refused = try await RawClient.talk(to: pages.place.port) { client in
      client.say("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 3_000_000))
      return client.hear()
    }
    #expect(refused.hasPrefix("HTTP/1.1 431"), "\(refused)")
    let page = try await RawClient.talk(to: pages.place.port) { client in
      client.say("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n")
      return client.hear()
    }
    #expect(page.hasPrefix("HTTP/1.1 200") && page.hasSuffix("\r\n\r\nok\n"), "\(page)")
    let head = try await RawClient.talk(to: pages.place.port) { client in
      client.say("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
      return client.hear()
    }
    #expect(head + "ok\n" == page)
  }
}
