import Audio
import Foundation
import RawClients
import Testing

/// `antiphon serve`, and those who are many, mean it harm or leave.
@Suite(.serialized) struct `The caption service among strangers` {
  private let served: ServedRun

  init() async throws { served = try await ServedRun() }

  @Test func `fifty clients at once each get their captions, or are told to come again`() async throws {
    let (service, running) = try await served.start("--queue", "10")
    let sound = try served.sound()
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 {
        group.addTask {
          let answer = try await service.ask("POST", "/captions", ["Content-Type": "audio/wav"], sound)
          guard answer.status == 202 else {
            #expect(answer.text.contains("try again") && answer.headers["retry-after"] != nil, "\(answer)")
            return answer.status
          }
          let over = try await service.wait(for: CaptionClient.id(in: answer.text))
          #expect(over.state == "done" && over.captions.count >= 2, "\(over)")
          return 202
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(statuses).isSubset(of: [202, 429]) && statuses.contains(202), "\(statuses)")
    try await served.checkNothingIsLeft(running)
  }

  @Test func `takes nothing from those who mean it harm, and stays up`() async throws {
    let (service, running) = try await served.start("--longest", "30", "--queue", "4")
    let noise = Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) })
    let over = try await service.wait(for: service.send(noise))
    #expect(over.state == "failed" && over.error?.contains("expected") == true, "\(over)")
    let none = try await service.ask("GET", "/captions/\(over.id)?format=vtt")
    #expect(none.status == 422 && none.text.contains(#"{"error":"expected"#), "\(none)")
    for (address, status) in [
      ("http://127.0.0.1:\(service.port)/", 403), ("http://localhost/", 403), ("http://[::1]/", 403),
      ("http://169.254.169.254/latest/meta-data", 403), ("http://0x7f000001/", 403), ("file:///etc/passwd", 400),
      ("nonsense", 400), ("http://no-such-host.invalid/a.mp4", 400),
    ] {
      let answer = try await service.ask(
        "POST", "/captions", ["Content-Type": "application/json"], Data(#"{"url":"\#(address)"}"#.utf8))
      #expect(answer.status == status && answer.text.contains(#""error":""#), "\(address): \(answer)")
    }
    for (type, body, status) in [
      ("application/json", "{", 400), ("application/json", String(repeating: " ", count: 20_000), 413),
      ("multipart/form-data; boundary=x", "--x--", 415), ("audio/wav", "", 400),
    ] {
      let answer = try await service.ask("POST", "/captions", ["Content-Type": type], Data(body.utf8))
      #expect(answer.status == status && answer.text.contains(#""error":""#), "\(type): \(answer)")
      #expect(status != 413 || answer.text.contains("at most 16384 bytes"), "\(answer)")
    }
    for (method, path, allowed) in [
      ("PUT", "/captions", "POST"), ("PATCH", "/captions/0", "GET, DELETE"), ("POST", "/labels", "GET"),
    ] {
      let answer = try await service.ask(method, path)
      #expect(answer.status == 405 && answer.headers["allow"] == allowed, "\(answer)")
    }
    for headers in [["Origin": "https://evil.example"], ["Sec-Fetch-Site": "cross-site"], ["Host": "evil.example"]] {
      #expect(try await service.ask("POST", "/captions", headers, served.sound()).status == 403, "\(headers)")
    }
    try await checkLong(service)
    try await checkThoseWhoLeave(service)
    #expect(try await service.ask("GET", "/healthz").status == 200)
    try await served.checkNothingIsLeft(running)
  }

  @Test func `leaves room for its work where few files may be open`() async throws {
    let (service, running) = try await served.start("--queue", "100", files: 200)
    let head = "POST /captions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n"
    var clients: [RawClient] = []
    for _ in 0..<66 {
      clients.append(try RawClient(port: service.port))
      clients.last?.say(head)
    }
    let late = try RawClient(port: service.port)
    late.say("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
    #expect(late.hear().hasPrefix("HTTP/1.1 503"))
    // Nobody who was let in was sent away for the others.
    #expect(try #require(clients.first).hear(within: 2).isEmpty)
    clients = []
    for _ in 0..<200 {
      if try await service.ask("GET", "/labels").status == 200 { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    let over = try await service.wait(for: service.send(served.sound()))
    #expect(over.state == "done" && over.captions.count >= 2, "\(over)")
    try await served.checkNothingIsLeft(running)
  }

  /// What is longer than it may be is heard up to there; what is much longer than it looks, and what was cut off, too.
  private func checkLong(_ service: CaptionClient) async throws {
    let path = served.scratch.path("long.flac")
    // An hour of silence is some hundred bytes a minute.
    try writeSound(Array(repeating: 0, count: 16_000 * 90), to: path)
    let over = try await service.wait(for: service.send(Data(contentsOf: URL(filePath: path))))
    #expect(over.state == "done" && over.durationSeconds == 30 && over.note?.contains("first 30 s") == true, "\(over)")
    #expect(!over.isComplete)
    let cut = try await service.wait(for: service.send(served.sound().prefix(200_000)))
    #expect(cut.state == "done" && cut.note?.contains("ends") == true && !cut.captions.isEmpty, "\(cut)")
    #expect(cut.isComplete, "there is no more of it")
  }

  private func checkThoseWhoLeave(_ service: CaptionClient) async throws {
    let sound = try served.sound()
    for _ in 0..<10 {  // more than there are places
      let client = try RawClient(port: service.port)
      client.say("POST /captions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000000\r\n\r\n")
      client.say(Array(sound.prefix(100_000)))
    }
    for text in [
      "\r\n\r\n", "GET\r\n\r\n", "POST /captions HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
      "POST /captions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\nxx",
      "GET /%00/%ff?%=& HTTP/1.1\r\nHost: localhost\r\n\r\n", "\u{16}\u{3}\u{1}",
    ] {
      let client = try RawClient(port: service.port)
      client.say(text)
      _ = client.hear(within: 0.2)
    }
    let endless = try RawClient(port: service.port)
    endless.say("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 100_000))
    let refused = endless.hear()
    #expect(refused.isEmpty || refused.hasPrefix("HTTP/1.1 431"), "\(refused)")
    // A request within the body of another one that is refused is none.
    let hidden = "POST /captions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc"
    let smuggler = try RawClient(port: service.port)
    smuggler.say(
      "POST /captions HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nContent-Length: \(9_000_000)\r\n\r\n"
    )
    smuggler.say(hidden)
    smuggler.say(Array(repeating: UInt8(ascii: "x"), count: 9_000_000 - hidden.utf8.count))
    let answers = smuggler.hear(within: 30)
    #expect(answers.hasPrefix("HTTP/1.1 403") && !answers.contains("202 Accepted"), "\(answers)")
    // Their places are free again.
    for _ in 0..<100 {
      let answer = try await service.ask("POST", "/captions", ["Content-Type": "audio/wav"], sound)
      if answer.status == 202 { return }
      try await Task.sleep(for: .milliseconds(100))
    }
    Issue.record("the places of those who left are still taken")
  }
}
