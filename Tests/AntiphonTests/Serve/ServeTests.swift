import Audio
import Foundation
import FoundationNetworking
import Media
import RawClients
import Testing

@testable import Antiphon

/// `antiphon serve`, with a network that was trained a moment ago, and those who mean it harm.
@Suite(.serialized) struct `The caption service` {
  private let scratch: Scratch
  private let run: TrainedRun

  init() async throws {
    scratch = try Scratch()
    run = TrainedRun("heard", of: try await SmallDataset.prepare(in: scratch), in: scratch)
    let training = try await run.start(steps: 300, ["--workers", "1"]).end(within: 120)  // the same each time
    try #require(training.code == 0, "\(training.errors)")
  }

  /// The service, where what it keeps is in a folder of the test.
  ///
  /// - Parameter environment: Variables beside those that there are.
  private func start(
    _ more: String..., environment: [String: String] = [:]
  ) async throws -> (service: CaptionClient, running: Programs.Running) {
    let temporary = scratch.path("temporary")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    let running = try Programs.start(
      "antiphon", ["serve", "--model", run.folder, "--http", "0"] + more, in: scratch, temporary: temporary,
      environment: environment)
    for _ in 0..<200 {
      if let place = running.outputSoFar.firstMatch(of: /http:\/\/127.0.0.1:(\d+)\//) {
        return (CaptionClient(port: try #require(Int(place.1))), running)
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw URLError(.timedOut, userInfo: [NSLocalizedDescriptionKey: running.errorsSoFar])
  }

  /// Six seconds of a low tone and six of a high one.
  private func sound() throws -> Data {
    let path = scratch.path("sound.wav")
    let wave = (0..<12 * 16_000).map { 0.3 * Float(sin(2 * .pi * ($0 < 96_000 ? 220 : 3200) * Double($0) / 16_000)) }
    try writeSound(wave, to: path)
    return try Data(contentsOf: URL(filePath: path))
  }

  private func checkNothingIsLeft(_ running: Programs.Running) async throws {
    kill(running.process.processIdentifier, SIGTERM)
    #expect(try await running.end(within: 30).code == 0, "\(running.errorsSoFar)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("temporary")).isEmpty)
  }

  @Test func `names what sounds, as JSON, as WebVTT, as SubRip, and while it is heard`() async throws {
    let (service, running) = try await start()
    let labels = try await service.ask("GET", "/labels").text
    #expect(labels.contains(#""labels":["high","low","noise"]"#), "\(labels)")
    let job = try await service.send(sound())
    let events = try await service.ask("GET", "/captions/\(job)", ["Accept": "text/event-stream"]).text
    #expect(events.contains("event: progress\ndata: {") && events.contains("event: done\ndata: {"), "\(events)")
    let over = try await service.wait(for: job)
    #expect(over.state == "done" && over.progress == 1 && over.durationSeconds == 12 && over.error == nil)
    #expect(over.isComplete && events.contains(/event: progress\ndata: .*"is_complete":false/), "\(events)")
    #expect(events.contains(/event: done\ndata: .*"is_complete":true/), "\(events)")
    #expect(events.components(separatedBy: "event: caption").count == over.captions.count + 1, "\(events)")
    for (label, begin, end) in [("low", 0.0, 6.0), ("high", 6.0, 12.0)] {
      let caption = try #require(over.captions.first { $0.label == label }, "\(over)")
      #expect(abs(caption.beginSeconds - begin) < 1.5 && abs((caption.endSeconds ?? 0) - end) < 1.5, "\(over)")
    }
    #expect(try await service.ask("GET", "/captions/\(job)", ["Accept": "text/vtt"]).text.hasPrefix("WEBVTT\n"))
    let subRip = try await service.ask("GET", "/captions/\(job)", ["Accept": "application/x-subrip"])
    #expect(subRip.status == 200 && subRip.text.contains("00:00:00,000 --> "))
    #expect(try await service.ask("GET", "/captions/\(job)?format=srt").text == subRip.text)
    let picture = try await service.ask("GET", "/captions/\(job)?format=picture")
    #expect(picture.status == 200 && picture.text.contains(#""labels":[{"label":"#))
    let columns = try #require(picture.text.firstMatch(of: /"band_column_seconds":([0-9.]+),"band_columns":(\d+)/))
    #expect(try #require(Double(columns.1)) * #require(Double(columns.2)) >= 12, "the end of the sound is seen, too")
    let told = try await service.ask("GET", "/captions/\(job)", ["Accept": "text/event-stream"]).text
    #expect(told.components(separatedBy: "event: caption").count == over.captions.count + 1, "\(told)")
    #expect(told.contains("event: done\n"), "though it was over")
    let again = try await service.wait(for: service.send(sound()))
    #expect(again.captions == over.captions)
    try await checkNothingIsLeft(running)
  }

  @Test func `tells what lasts in parts while it is heard, and once when all is`() async throws {
    let (service, running) = try await start()
    let path = scratch.path("long.wav")
    try writeSound((0..<100 * 16_000).map { 0.3 * Float(sin(2 * .pi * 220 * Double($0) / 16_000)) }, to: path)
    let job = try await service.send(Data(contentsOf: URL(filePath: path)))
    let events = try await service.ask("GET", "/captions/\(job)", ["Accept": "text/event-stream"]).text
    let parts = events.matches(
      of: /"begin_seconds":([0-9.]+),"end_seconds":([0-9.]+),"label":"low"/
    ).compactMap { found in Double(found.1).flatMap { begin in Double(found.2).map { begin..<$0 } } }
    #expect(parts.count >= 3 && parts.first?.lowerBound == 0 && parts.last?.upperBound == 100, "\(events)")
    #expect(zip(parts, parts.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound }, "\(parts)")
    let over = try await service.wait(for: job)
    #expect(over.captions.filter { $0.label == "low" }.map(\.endSeconds) == [100], "\(over)")
    try await checkNothingIsLeft(running)
  }

  @Test func `removes what a killed one has left`() async throws {
    let (_, running) = try await start()
    kill(running.process.processIdentifier, SIGKILL)
    _ = try await running.end(within: 10)
    let left = scratch.path("temporary/antiphon-media-left")
    try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
    let owned = try ScratchFolder()
    defer { owned.remove() }
    ScratchFolder.removeLeft()
    #expect(FileManager.default.fileExists(atPath: owned.path), "its owner lives")
    let (_, second) = try await start()
    #expect(!FileManager.default.fileExists(atPath: left))
    try await checkNothingIsLeft(second)
  }

  @Test(arguments: [SIGTERM, SIGINT]) func `removes what is still being sent when it ends`(_ signal: Int32) async throws
  {
    let (service, running) = try await start()
    let clients = try (0..<4).map { _ in try RawClient(port: service.port) }
    for client in clients {
      client.say("POST /captions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000000\r\n\r\n")
      client.say(Array(repeating: 7, count: 3_000_000))
    }
    let temporary = scratch.path("temporary")
    for _ in 0..<100 where try FileManager.default.contentsOfDirectory(atPath: temporary).count < 4 {
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).count == 4)
    kill(running.process.processIdentifier, signal)
    #expect(try await running.end(within: 30).code == 0, "\(running.errorsSoFar)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
    _ = clients.count  // they are there until now
  }

  /// yt-dlp is played by a script that answers with the sound whatever it is asked for.
  @Test func `answers as Caption4Sound does, with what a page of a site shows`() async throws {
    _ = try sound()
    let tools = scratch.path("tools")
    try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
    let player = """
      #!/bin/sh
      [ "$(echo "$*" | grep -c 'default,-generic.* -- https://www.youtube.com/watch?v=dQw4w9WgXcQ$')" = 1 ] || exit 1
      [ ! -e \(tools)/once ] && touch \(tools)/once || exit 1
      while [ "$1" != --output ]; do shift; done
      cp \(scratch.path("sound.wav")) "$(dirname "$2")/site.wav"
      """
    try player.write(toFile: "\(tools)/yt-dlp", atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(tools)/yt-dlp")
    let path = "\(tools):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
    let (service, running) = try await start(environment: ["PATH": path])
    let answer = try await service.ask("GET", "/caption/dQw4w9WgXcQ")
    #expect(answer.status == 200 && answer.text.contains(#""dl_status":"finished""#), "\(answer)")
    #expect(answer.text.contains(/"0":\[[^\]]*"low"/) && answer.text.contains(/"3":\[[^\]]*"high"/), "\(answer)")
    #expect(try await service.ask("GET", "/caption/dQw4w9WgXcQ").text == answer.text, "it is not fetched again")
    #expect(try await service.ask("GET", "/caption/short").status == 400)
    #expect(try await service.ask("GET", "/caption/aaaaaaaaaaa").status == 502)
    try await checkNothingIsLeft(running)
  }

  @Test func `fifty clients at once each get their captions, or are told to come again`() async throws {
    let (service, running) = try await start("--queue", "10")
    let sound = try sound()
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
    try await checkNothingIsLeft(running)
  }

  @Test func `takes nothing from those who mean it harm, and stays up`() async throws {
    let (service, running) = try await start("--longest", "30", "--queue", "4")
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
      #expect(try await service.ask("POST", "/captions", headers, sound()).status == 403, "\(headers)")
    }
    try await checkLong(service)
    try await checkThoseWhoLeave(service)
    #expect(try await service.ask("GET", "/healthz").status == 200)
    try await checkNothingIsLeft(running)
  }

  /// What is longer than it may be is heard up to there; what is much longer than it looks, and what was cut off, too.
  private func checkLong(_ service: CaptionClient) async throws {
    let path = scratch.path("long.flac")
    // An hour of silence is some hundred bytes a minute.
    try writeSound(Array(repeating: 0, count: 16_000 * 90), to: path)
    let over = try await service.wait(for: service.send(Data(contentsOf: URL(filePath: path))))
    #expect(over.state == "done" && over.durationSeconds == 30 && over.note?.contains("first 30 s") == true, "\(over)")
    #expect(!over.isComplete)
    let cut = try await service.wait(for: service.send(sound().prefix(200_000)))
    #expect(cut.state == "done" && cut.note?.contains("ends") == true && !cut.captions.isEmpty, "\(cut)")
    #expect(cut.isComplete, "there is no more of it")
  }

  private func checkThoseWhoLeave(_ service: CaptionClient) async throws {
    let sound = try sound()
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

  @Test func `lets a client that asks first go on at once`() async throws {
    let (service, running) = try await start()
    let sound = try sound()
    let client = try RawClient(port: service.port)
    client.say(
      """
      POST /captions HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Type: audio/wav\r\n\
      Content-Length: \(sound.count)\r\n\r\n
      """)
    let asked = client.hear(until: "\r\n\r\n")
    #expect(asked == "HTTP/1.1 100 Continue\r\n\r\n", "curl waits a second for it: \(asked)")
    client.say(Array(sound))
    #expect(client.hear(until: "\r\n\r\n").hasPrefix("HTTP/1.1 202"))
    try await checkNothingIsLeft(running)
  }

  @Test func `ends what is cancelled`() async throws {
    let (service, running) = try await start()
    let path = scratch.path("long.wav")
    try writeSound(Array(repeating: 0.1, count: 16_000 * 600), to: path)
    let job = try await service.send(Data(contentsOf: URL(filePath: path)))
    #expect(try await service.ask("GET", "/captions/\(job)?format=vtt").status == 202, "there may be more")
    #expect(try await service.ask("DELETE", "/captions/\(job)").status == 200)
    #expect(try await service.wait(for: job).state == "cancelled")
    #expect(try await service.ask("GET", "/captions/\(job)?format=vtt").status == 422)
    #expect(try await service.wait(for: service.send(sound())).state == "done", "the next one is heard")
    #expect(try await service.ask("DELETE", "/captions/none").status == 404)
    try await checkNothingIsLeft(running)
  }

  @Test func `names live sound once a second and a half of it has come`() async throws {
    let (service, running) = try await start()
    let client = try RawClient(port: service.port)
    client.say(CaptionClient.upgrade)
    #expect(client.hear(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101"))
    // A second and a half of a tone, in pieces that are not whole samples.
    let samples = (0..<24_000).flatMap { index -> [UInt8] in
      let sample = UInt16(bitPattern: Int16(9_000 * sin(2 * .pi * 3200 * Double(index) / 16_000)))
      return [UInt8(sample & 255), UInt8(sample >> 8)]
    }
    for first in stride(from: 0, to: samples.count, by: 999) {
      client.sayMessage(Array(samples[first..<min(first + 999, samples.count)]))
    }
    let heard = client.hear(until: #""label":"high""#)
    #expect(heard.contains(#""end_seconds":null,"id":0"#) && heard.contains("heard_seconds"), "\(heard)")
    #expect(client.hear(until: "heard_seconds", within: 2).contains(#""captions":[]"#), "though nothing changes")

    let others = try (0..<7).map { _ in try RawClient(port: service.port) }
    for other in others {
      other.say(CaptionClient.upgrade)
      #expect(other.hear(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101"))
    }
    let late = try RawClient(port: service.port)
    late.say(CaptionClient.upgrade)
    let told = late.hear()
    #expect(told.hasPrefix("HTTP/1.1 101") && told.contains(#"{"error":"8 listen already: try again"#), "\(told)")
    for other in others { other.sayMessage([], kind: 8) }
    for other in others { _ = other.hear() }

    let stranger = try RawClient(port: service.port)
    stranger.say(CaptionClient.upgrade.replacing("Host:", with: "Origin: https://evil.example\r\nHost:"))
    #expect(stranger.hear(until: "\r\n\r\n").hasPrefix("HTTP/1.1 403"))
    for kind in [UInt8(0), 1, 3, 9, 15] {
      let rude = try RawClient(port: service.port)
      rude.say(CaptionClient.upgrade)
      #expect(rude.hear(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101"), "\(kind): those before have gone")
      rude.sayMessage([1, 2, 3], kind: kind)
    }
    let eager = try RawClient(port: service.port)
    eager.say(CaptionClient.upgrade)
    _ = eager.hear(until: "\r\n\r\n")
    for _ in 0..<400 { eager.sayMessage(Array(repeating: 0, count: 60_000)) }
    #expect(eager.hear(until: "expected sound as it sounds").contains("error"))
    #expect(try await service.ask("GET", "/healthz").status == 200)
    try await checkNothingIsLeft(running)
  }

  @Test func `is not open to all beyond this machine unless it is told so`() async throws {
    let open = try await Programs.antiphon("serve", "--model", run.folder, "--http", "0.0.0.0:0", in: scratch)
    #expect(open.code == 78 && open.errors.contains("--token-file") && open.errors.contains("--insecure"))
    let token = try scratch.write("0123456789abcdef0123456789abcdef\n", to: "token")
    let short = try await Programs.antiphon(
      "serve", "--model", run.folder, "--token-file", scratch.write("short", to: "short"), in: scratch)
    #expect(short.code == 78 && short.errors.contains("16 letters"), "\(short.errors)")
    let endless = try await Programs.antiphon("serve", "--model", run.folder, "--longest", "inf", in: scratch)
    #expect(endless.code == 64 && endless.errors.contains("--longest must be in 1...1000000"), "\(endless.errors)")
    for site in ["https://example.org/page", "https://*.example.org", "https://Example.org", "example.org", "*"] {
      let unclear = try await Programs.antiphon("serve", "--model", run.folder, "--allow-origin", site, in: scratch)
      #expect(unclear.code == 64 && unclear.errors.contains("found '\(site)'"), "\(unclear.errors)")
    }
    let written = try await Programs.antiphon(
      "serve", "--model", run.folder, "--token-file", scratch.write("Zauberflöte und Schlüssel", to: "written"),
      in: scratch)
    #expect(written.code == 78 && written.errors.contains("ASCII"), "\(written.errors)")
    let (service, running) = try await start("--token-file", token, "--allow-origin", "chrome-extension://abc")
    #expect(try await service.ask("GET", "/labels").status == 401)
    #expect(try await service.ask("GET", "/labels?token=0123456789abcdef0123456789abcdef").status == 200)
    let bearer = ["Authorization": "Bearer 0123456789abcdef0123456789abcdef", "Origin": "chrome-extension://abc"]
    let answer = try await service.ask("GET", "/labels", bearer)
    #expect(answer.status == 200 && answer.headers["access-control-allow-origin"] == "chrome-extension://abc")
    let unknown = try await service.ask("BREW", "/", ["Origin": "chrome-extension://abc"])
    #expect(unknown.headers["access-control-allow-origin"] == "chrome-extension://abc", "the door knows it, too")
    let preflight = try await service.ask("OPTIONS", "/captions", ["Origin": "chrome-extension://abc"])
    #expect(preflight.status == 204 && preflight.headers["access-control-allow-methods"]?.contains("DELETE") == true)
    #expect(try await service.ask("GET", "/").status == 200, "the page asks for the token itself")
    try await checkNothingIsLeft(running)
  }
}
