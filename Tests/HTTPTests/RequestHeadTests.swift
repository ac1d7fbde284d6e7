import Testing

@testable import HTTP

@Suite struct `The heads of requests` {
  private func head(_ text: String) throws -> RequestHead { try RequestHead(Array(text.utf8)) }

  @Test func `end with their first empty line, wherever they are cut`() throws {
    for text in ["GET / HTTP/1.1\r\nHost: a\r\n\r\nbody\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\nbody\n\n"] {
      let bytes = Array(text.utf8)
      let end = try #require(try RequestHead.end(in: bytes))
      #expect(String(decoding: bytes[end...], as: UTF8.self).hasPrefix("body"))
      for count in 0..<end { #expect(try RequestHead.end(in: Array(bytes[..<count])) == nil) }
    }
  }

  @Test func `are not longer than they may be`() throws {
    let endless = Array(repeating: UInt8(ascii: "x"), count: RequestHead.mostBytes)
    #expect(throws: RequestHead.Flaw.tooLong) { try RequestHead.end(in: endless) }
    #expect(try RequestHead.end(in: endless.dropLast()) == nil)
  }

  @Test func `go on with one request a connection, unless a WebSocket is asked for`() throws {
    let plain = try head("POST /a HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nContent-Length: 12\r\n\r\n")
    let expected = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nConnection: close\r\n\r\n"
    #expect(String(decoding: plain.forwarded, as: UTF8.self) == expected)
    #expect(plain.bodyCount == 12 && !plain.isUpgrade)
    #expect(try !plain.isWaiting && head("POST /a HTTP/1.1\r\nExpect: 100-continue\r\n\r\n").isWaiting)
  }

  @Test func `ask for a WebSocket where both headers say so, and for no other request after it`() throws {
    let socket = "GET /live HTTP/1.1\r\nUpgrade: WebSocket\r\n"
    for connection in ["Upgrade", "keep-alive, upgrade"] {
      let upgrade = try head("\(socket)Connection: \(connection)\r\n\r\n")
      #expect(upgrade.isUpgrade)
      #expect(String(decoding: upgrade.forwarded, as: UTF8.self) == "\(socket)Connection: Upgrade, close\r\n\r\n")
    }
    for text in ["\(socket)Connection: keep-alive\r\n\r\n", "\(socket)\r\n"] {
      let plain = try head(text)
      #expect(
        !plain.isUpgrade && String(decoding: plain.forwarded, as: UTF8.self).hasSuffix("\r\nConnection: close\r\n\r\n"))
    }
  }

  @Test(arguments: [
    "\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: +3\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
    "HEAD /live HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length : 3\r\n\r\n", "POST / HTTP/1.1\r\n Content-Length: 3\r\n\r\n",
    "GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: upgrade\r\nContent-Length: 3\r\n\r\n",
  ])
  func `say what they want and how much follows`(_ text: String) {
    #expect(throws: RequestHead.Flaw.unclear) { try head(text) }
  }

  @Test func `want what HTTP has, and of HEAD what GET has`() throws {
    let wanted = try head("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(wanted.isHeadOnly && String(decoding: wanted.forwarded, as: UTF8.self).hasPrefix("GET /a HTTP/1.1\r\n"))
    #expect(throws: RequestHead.Flaw.unknownMethod) { try head("BREW / HTTP/1.1\r\n\r\n") }
  }
}

@Suite struct `Messages over a WebSocket` {
  /// A masked frame's head with so many bytes after it.
  private func frame(_ count: Int, isLast: Bool = true) -> [UInt8] {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: count >> (56 - 8 * $0)) }
    return [isLast ? 0x82 : 0x02, 0x80 | 127] + length + [1, 2, 3, 4]
      + Array(repeating: 0x80, count: min(count, 1 << 21))
  }

  private func admits(_ frames: [[UInt8]]) -> Bool {
    var bounds = MessageBounds()
    return frames.allSatisfy { bounds.admit($0, after: 0) }
  }

  @Test func `are as large as they may be, however many there are and however they are cut`() {
    #expect(admits([frame(1000), frame(MessageBounds.mostBytes), [0x82, 0x83, 1, 2, 3, 4, 5, 6, 7], frame(70_000)]))
    #expect(admits((frame(300) + [0x89, 0x80, 0, 0, 0, 0] + frame(300)).map { [$0] }))
  }

  @Test func `are not larger, in one frame or in several, or by what their length says`() {
    #expect(!admits([frame(MessageBounds.mostBytes + 1)]))
    #expect(!admits([frame(600_000, isLast: false), frame(600_000)]))
    #expect(!admits([frame(600_000, isLast: false), [0x89, 0x80, 0, 0, 0, 0], frame(600_000)]))
    #expect(!admits([[0x82, 0xff] + Array(repeating: 0xff, count: 12)]))
    #expect(!admits(Array(repeating: frame(1000, isLast: false), count: 1100)))
  }

  @Test func `are not pings without end, but may be one now and then for ever`() {
    let ping: [UInt8] = [0x89, 0x80, 0, 0, 0, 0]
    #expect(admits(Array(repeating: ping, count: 100)))
    #expect(!admits(Array(repeating: ping + frame(0), count: 101)))
    var bounds = MessageBounds()
    #expect((0..<10_000).allSatisfy { bounds.admit(ping, after: Double($0) / 5) })
  }
}
