import Testing

@testable import HTTP

@Suite struct `The heads of requests` {
  /// - Parameter text: Gets a host where it says nothing of one.
  private func head(_ text: String) throws -> RequestHead {
    try RequestHead(Array((text.lowercased().contains("host") ? text : "\(text.dropLast())Host: a\r\n\r\n").utf8))
  }

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
    let long = { String(repeating: "x", count: RequestHead.mostLineBytes + $0) }
    #expect(try head("GET / HTTP/1.1\r\nX: \(long(-3))\r\n\r\n").lines.count == 4)
    #expect(throws: RequestHead.Flaw.tooLong) { try head("GET / HTTP/1.1\r\nX: \(long(-2))\r\n\r\n") }
    #expect(throws: RequestHead.Flaw.tooLong) { try head("GET /\(long(0)) HTTP/1.1\r\n\r\n") }
    #expect(try head("GET / HTTP/1.1\r\nCookie: \(long(9))\r\n\r\n").lines.count == 3, "it stays at the door")
  }

  @Test func `name one host`() throws {
    for hosts in ["", "Host: localhost\r\nHost: a.example\r\n"] {
      #expect(throws: RequestHead.Flaw.unclear) { try RequestHead(Array("GET / HTTP/1.1\r\n\(hosts)\r\n".utf8)) }
    }
    #expect(try RequestHead(Array("GET / HTTP/1.0\r\n\r\n".utf8)).isOld, "which has none")
  }

  @Test func `tell as much of a request as the whole of it`() throws {
    let request = ServiceRequest(
      try head("POST /a/b?token=c%20d HTTP/1.1\r\nhost: e:1\r\nAuthorization: Bearer f:g\r\nEmpty:\r\n\r\n"))
    #expect(request.method == "POST" && request.path == "/a/b" && request.query("token") == "c d")
    #expect(request.header("Host") == "e:1" && request.header("authorization") == "Bearer f:g")
    #expect(request.header("Empty") == "" && request.header("Other") == nil)
  }

  @Test func `go on with one request a connection, unless a WebSocket is asked for`() throws {
    let plain = try head("POST /a HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\nContent-Length: 12\r\n\r\n")
    #expect(plain.lines == ["POST /a HTTP/1.1", "Host: a", "Content-Length: 12", "Connection: close"])
    #expect(plain.bodyCount == 12 && !plain.isUpgrade)
    #expect(try !plain.isWaiting && head("POST /a HTTP/1.1\r\nExpect: 100-continue\r\n\r\n").isWaiting)
  }

  @Test func `ask for a WebSocket where both headers say so, and for no other request after it`() throws {
    let socket = "GET /live HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\n"
    let lines = ["GET /live HTTP/1.1", "Host: a", "Upgrade: WebSocket"]
    for connection in ["Upgrade", "keep-alive, upgrade"] {
      let upgrade = try head("\(socket)Connection: \(connection)\r\n\r\n")
      #expect(upgrade.isUpgrade && upgrade.lines == lines + ["Connection: Upgrade, close"])
    }
    for text in ["\(socket)Connection: keep-alive\r\n\r\n", "\(socket)\r\n"] {
      let plain = try head(text)
      #expect(!plain.isUpgrade && plain.lines == lines + ["Connection: close"])
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

  /// Characters that one reader takes for white space and another one does not.
  @Test(arguments: [
    "\u{200b}", "\u{feff}", "\u{85}", "\u{a0}", "\u{ad}", "\u{2028}", "\u{3000}", "\u{b}", "\u{1c}", "\t", "\0", "\r",
  ])
  func `name nothing that one reader takes for something else than another`(_ character: String) throws {
    for name in ["Content-Length", "Transfer-Encoding", "Host"] {
      for field in [
        "\(name)\(character): 10", "\(character)\(name): 10", "Host: a\(character)\n\(name)\(character): 10",
      ] {
        #expect(throws: RequestHead.Flaw.unclear, "\(field)") { try head("GET / HTTP/1.1\r\n\(field)\r\n\r\n") }
      }
    }
    #expect(throws: RequestHead.Flaw.unclear) { try head("GET /\(character) HTTP/1.1\r\n\r\n") }
    #expect(throws: RequestHead.Flaw.unclear) { try head("GET / HTTP/1.1\r\nContent-Length: 1\(character)0\r\n\r\n") }
  }

  @Test func `go on as they were understood`() throws {
    let written = try head("GET /a?b HTTP/1.0\nHost:a\r\nX-A: \t é=\u{200b} \r\nAntiphon-Exchange: 7\r\nX:\r\n\r\n")
    #expect(written.lines == ["GET /a?b HTTP/1.0", "Host: a", "X-A: ??=???", "X: ", "Connection: close"])
    for text in ["GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/2\r\n\r\n", "GET / HTTP/1.1\r\nX: \u{7f}\r\n\r\n"] {
      #expect(throws: RequestHead.Flaw.unclear, "\(text)") { try head(text) }
    }
  }

  @Test func `of HTTP/1.0 want nothing that it has not`() throws {
    let old = try head("GET / HTTP/1.0\r\nUpgrade: websocket\r\nConnection: upgrade\r\nExpect: 100-continue\r\n\r\n")
    #expect(old.isOld && !old.isUpgrade && !old.isWaiting)
  }

  @Test func `tell who asks, even where they are not clear`() throws {
    let asker = RequestHead.Asker(origin: "https://a.example", host: "localhost:1")
    let text = "GET / HTTP/1.1\r\nORIGIN: https://a.example\r\nHost: localhost:1\r\n"
    #expect(try head("\(text)\r\n").asker == asker)
    #expect(RequestHead.Asker(in: Array("\(text)no colon\r\nX: yz".utf8)) == asker)
    #expect(RequestHead.Asker(in: Array("\(text)Origin: https://b.example\r\n".utf8)).origin == nil, "there are two")
  }

  @Test func `want what HTTP has, and of HEAD what GET has`() throws {
    let wanted = try head("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(wanted.isHeadOnly && wanted.lines.first == "GET /a HTTP/1.1")
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

  @Test func `are masked, and without bits that no extension has asked for`() {
    #expect(admits([[0x82, 0x81, 0, 0, 0, 0, 1]]))
    for head in [[0x82, 0x01], [0xc2, 0x81], [0xa2, 0x81], [0x92, 0x81], [0x89, 0x00]] as [[UInt8]] {
      #expect(!admits([head + [0, 0, 0, 0, 1]]), "\(head)")
    }
  }

  @Test func `are not pings without end, but may be one now and then for ever`() {
    let ping: [UInt8] = [0x89, 0x80, 0, 0, 0, 0]
    #expect(admits(Array(repeating: ping, count: 100)))
    #expect(!admits(Array(repeating: ping + frame(0), count: 101)))
    var bounds = MessageBounds()
    #expect((0..<10_000).allSatisfy { bounds.admit(ping, after: Double($0) / 5) })
  }
}
