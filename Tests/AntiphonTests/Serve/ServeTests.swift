import Audio
import Foundation
import FoundationNetworking
import Media
import RawClients
import Testing

@testable import Antiphon

/// `antiphon serve`, as it is asked for captions.
@Suite(.serialized) struct `The caption service` {
  private let served: ServedRun

  init() async throws { served = try await ServedRun() }

  @Test func `names what sounds, as JSON, as WebVTT, as SubRip, and while it is heard`() async throws {
    let (service, running) = try await served.start()
    let labels = try await service.ask("GET", "/labels").text
    #expect(labels.contains(#""labels":["high","low","noise"]"#), "\(labels)")
    let job = try await service.send(served.sound())
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
    let again = try await service.wait(for: service.send(served.sound()))
    #expect(again.captions == over.captions)
    try await served.checkNothingIsLeft(running)
  }

  @Test func `tells what lasts in parts while it is heard, and once when all is`() async throws {
    let (service, running) = try await served.start()
    let path = served.scratch.path("long.wav")
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
    try await served.checkNothingIsLeft(running)
  }

  @Test func `removes what a killed one has left`() async throws {
    let (_, running) = try await served.start()
    kill(running.process.processIdentifier, SIGKILL)
    _ = try await running.end(within: 10)
    let left = served.scratch.path("temporary/antiphon-media-left")
    try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
    let owned = try ScratchFolder()
    defer { owned.remove() }
    ScratchFolder.removeLeft()
    #expect(FileManager.default.fileExists(atPath: owned.path), "its owner lives")
    let (_, second) = try await served.start()
    #expect(!FileManager.default.fileExists(atPath: left))
    try await served.checkNothingIsLeft(second)
  }

  @Test(arguments: [SIGTERM, SIGINT]) func `removes what is still being sent when it ends`(_ signal: Int32) async throws
  {
    let (service, running) = try await served.start()
    let clients = try (0..<4).map { _ in try RawClient(port: service.port) }
    for client in clients {
      client.say("POST /captions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000000\r\n\r\n")
      client.say(Array(repeating: 7, count: 3_000_000))
    }
    let temporary = served.scratch.path("temporary")
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
    _ = try served.sound()
    let player = """
      [ "$(echo "$*" | grep -c 'default,-generic.* -- https://www.youtube.com/watch?v=dQw4w9WgXcQ$')" = 1 ] || exit 1
      once=\(served.scratch.path("once"))
      [ ! -e $once ] && touch $once || exit 1
      while [ "$1" != --output ]; do shift; done
      cp \(served.scratch.path("sound.wav")) "$(dirname "$2")/site.wav"
      """
    let (service, running) = try await served.start(environment: served.siteReader(player))
    let answer = try await service.ask("GET", "/caption/dQw4w9WgXcQ")
    #expect(answer.status == 200 && answer.text.contains(#""dl_status":"finished""#), "\(answer)")
    #expect(answer.text.contains(/"0":\[[^\]]*"low"/) && answer.text.contains(/"3":\[[^\]]*"high"/), "\(answer)")
    #expect(try await service.ask("GET", "/caption/dQw4w9WgXcQ").text == answer.text, "it is not fetched again")
    #expect(try await service.ask("GET", "/caption/short").status == 400)
    #expect(try await service.ask("GET", "/caption/aaaaaaaaaaa").status == 502)
    try await served.checkNothingIsLeft(running)
  }

  @Test func `leaves nothing of a page's media that are still fetched when they are cancelled`() async throws {
    let begun = served.scratch.path("begun")
    let player = """
      while [ "$1" != --output ]; do shift; done
      folder=$(dirname "$2")
      touch \(begun)
      while [ -d $folder ]; do :; done
      mkdir -p $folder && echo fragment > $folder/site.part
      sleep 60
      """
    let (service, running) = try await served.start(environment: served.siteReader(player))
    let asking = try RawClient(port: service.port)
    asking.say("GET /caption/dQw4w9WgXcQ HTTP/1.1\r\nHost: localhost\r\n\r\n")
    for _ in 0..<300 where !FileManager.default.fileExists(atPath: begun) {
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(
      FileManager.default.fileExists(atPath: begun), "\(asking.hear(within: 0.2)) \(running.errorsSoFar)")
    try await served.checkNothingIsLeft(running)
    _ = asking  // is there until now
  }

  @Test func `lets a client that asks first go on at once`() async throws {
    let (service, running) = try await served.start()
    let sound = try served.sound()
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
    try await served.checkNothingIsLeft(running)
  }

  @Test func `waits for a recording that comes slowly, for longer than most answers may take`() async throws {
    let (service, running) = try await served.start()
    let sound = Array(try served.sound())
    let client = try RawClient(port: service.port)
    client.say(
      "POST /captions HTTP/1.1\r\nHost: localhost\r\nContent-Type: audio/wav\r\nContent-Length: \(sound.count)\r\n\r\n")
    let seconds = 33
    for second in 0..<seconds {
      client.say(Array(sound[sound.count * second / seconds..<sound.count * (second + 1) / seconds]))
      try await Task.sleep(for: .seconds(1))
    }
    let answer = client.hear(until: "}")
    #expect(answer.hasPrefix("HTTP/1.1 202"), "\(answer)")
    try await served.checkNothingIsLeft(running)
  }

  @Test func `ends what is cancelled`() async throws {
    let (service, running) = try await served.start()
    let path = served.scratch.path("long.wav")
    try writeSound(Array(repeating: 0.1, count: 16_000 * 600), to: path)
    let job = try await service.send(Data(contentsOf: URL(filePath: path)))
    #expect(try await service.ask("GET", "/captions/\(job)?format=vtt").status == 202, "there may be more")
    #expect(try await service.ask("DELETE", "/captions/\(job)").status == 200)
    #expect(try await service.wait(for: job).state == "cancelled")
    #expect(try await service.ask("GET", "/captions/\(job)?format=vtt").status == 422)
    #expect(try await service.wait(for: service.send(served.sound())).state == "done", "the next one is heard")
    #expect(try await service.ask("DELETE", "/captions/none").status == 404)
    try await served.checkNothingIsLeft(running)
  }

  @Test func `names live sound once a second and a half of it has come`() async throws {
    let (service, running) = try await served.start()
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
    try await served.checkNothingIsLeft(running)
  }

  @Test func `is not open to all beyond this machine unless it is told so`() async throws {
    let open = try await Programs.antiphon(
      "serve", "--model", served.run.folder, "--http", "0.0.0.0:0", in: served.scratch)
    #expect(open.code == 78 && open.errors.contains("--token-file") && open.errors.contains("--insecure"))
    let token = try served.scratch.write("0123456789abcdef0123456789abcdef\n", to: "token")
    let short = try await Programs.antiphon(
      "serve", "--model", served.run.folder, "--token-file", served.scratch.write("short", to: "short"),
      in: served.scratch)
    #expect(short.code == 78 && short.errors.contains("16 letters"), "\(short.errors)")
    let endless = try await Programs.antiphon(
      "serve", "--model", served.run.folder, "--longest", "inf", in: served.scratch)
    #expect(endless.code == 64 && endless.errors.contains("--longest must be in 1...1000000"), "\(endless.errors)")
    for site in ["https://example.org/page", "https://*.example.org", "https://Example.org", "example.org", "*"] {
      let unclear = try await Programs.antiphon(
        "serve", "--model", served.run.folder, "--allow-origin", site, in: served.scratch)
      #expect(unclear.code == 64 && unclear.errors.contains("found '\(site)'"), "\(unclear.errors)")
    }
    let written = try await Programs.antiphon(
      "serve", "--model", served.run.folder, "--token-file",
      served.scratch.write("Zauberflöte und Schlüssel", to: "written"),
      in: served.scratch)
    #expect(written.code == 78 && written.errors.contains("ASCII"), "\(written.errors)")
    let (service, running) = try await served.start("--token-file", token, "--allow-origin", "chrome-extension://abc")
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
    try await served.checkNothingIsLeft(running)
  }
}
