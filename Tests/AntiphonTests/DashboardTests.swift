import Foundation
import FoundationNetworking
import Synchronization
import Telemetry
import Testing

/// `antiphon dashboard`, beside a real run.
@Suite(.serialized) struct `The dashboard` {
  private let scratch: Scratch
  private let dataset: String

  init() async throws {
    scratch = try Scratch()
    dataset = try await SmallDataset.prepare(in: scratch)
  }

  @Test func `tells a page of a run all there is, and what changes, to its end`() async throws {
    let run = TrainedRun("shown", of: dataset, in: scratch)
    let first = try await run.start(steps: 20, ["--evaluate"]).end(within: 60)
    try #require(first.code == 0, "\(first.errors)")
    let shown = try Programs.start("antiphon", ["dashboard", run.folder, "--page", "0"], in: scratch)
    defer { kill(shown.process.processIdentifier, SIGTERM) }
    let place = try await self.place(of: shown)
    let page = EventPage(try #require(URL(string: "\(place)events")))
    // The page is open before the rest is trained, however long that takes.
    _ = try await page.wait { $0.status?.step == 20 }
    let rest = try await Programs.antiphon("train", "--run", run.folder, "--resume", "--steps", "600", in: scratch)
    #expect(rest.code == 0, "\(rest.errors)")

    let last = try await page.wait { $0.status?.state == .finished && $0.events.last?.kind == .ended }
    #expect(last.status?.step ?? 0 >= 600 && last.model == "fc-2x32" && last.run == "shown")
    #expect(last.checkpoints.last?.step == last.status?.step && last.checkpoints.count { $0.isBest } == 1)
    #expect(last.validation.last?.step == last.status?.step)
    let servers = last.status?.processes.filter { $0.role == .server } ?? []
    #expect(servers.count == 2 && servers.allSatisfy { $0.shardBytes ?? 0 > 0 && $0.bytesPerSecond ?? 0 > 0 })
    #expect(page.names.first == "curves" && page.names.contains("points"))

    kill(shown.process.processIdentifier, SIGTERM)
    #expect(try await shown.end(within: 20).code == 0)
  }

  @Test func `has all that its page needs`() async throws {
    let run = TrainedRun("files", of: dataset, in: scratch)
    try #require(try await run.start(steps: 5).end(within: 60).code == 0)
    let shown = try Programs.start("antiphon", ["dashboard", run.folder, "--page", "0"], in: scratch)
    defer { kill(shown.process.processIdentifier, SIGKILL) }
    let place = try await self.place(of: shown)
    let html = try await text(at: place)
    for name in html.matches(of: /(?:href|src)="([a-z]+\.[a-z]+)"/).map(\.1) {
      #expect(try await text(at: place + name).count > 100, "\(name)")
    }
    #expect(html.contains("dashboard.js") && !html.contains("http"), "it needs no network")
  }

  @Test func `of what is no run, or at a place that is taken, ends with a line`() async throws {
    let none = try await Programs.antiphon("dashboard", scratch.path("none"), in: scratch)
    #expect(none.code == 78 && none.errors.contains("expected the folder of a run"), "\(none.errors)")
    let run = TrainedRun("taken", of: dataset, in: scratch)
    let configured = try await Programs.start("antiphon", run.options(steps: 5) + ["--only-configure"], in: scratch)
      .end(within: 30)
    try #require(configured.code == 0, "\(configured.errors)")
    let nowhere = try await Programs.antiphon("dashboard", run.folder, "--page", "nowhere", in: scratch)
    #expect(nowhere.code == 64 && nowhere.errors.contains("expected PORT or HOST:PORT"), "\(nowhere.errors)")
    let first = try Programs.start("antiphon", ["dashboard", run.folder, "--page", "0"], in: scratch)
    defer { kill(first.process.processIdentifier, SIGKILL) }
    let place = try await self.place(of: first).dropFirst("http://".count).dropLast()
    let second = try await Programs.antiphon("dashboard", run.folder, "--page", String(place), in: scratch)
    #expect(second.code == 75 && second.errors.contains("Address already in use"), "\(second.errors)")
  }

  /// `http://HOST:PORT/`, as it is printed.
  private func place(of shown: Programs.Running) async throws -> String {
    for _ in 0..<200 {
      if let place = shown.outputSoFar.firstMatch(of: /http:\S+/) { return String(place.0) }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw URLError(.timedOut, userInfo: [NSLocalizedDescriptionKey: shown.errorsSoFar])
  }

  private func text(at place: String) async throws -> String {
    let (data, _) = try await URLSession.shared.data(from: #require(URL(string: place)))
    return String(decoding: data, as: UTF8.self)
  }
}

/// Reads a page's events as a browser does.
private final class EventPage: NSObject, URLSessionDataDelegate, Sendable {
  struct Picture: Decodable {
    struct Checkpoint: Decodable {
      let step: Int
      let isBest: Bool

      enum CodingKeys: String, CodingKey {
        case step
        case isBest = "is_best"
      }
    }

    let run: String
    let model: String
    let status: RunStatus?
    let validation: [ValidationResult]
    let events: [RunEvent]
    let checkpoints: [Checkpoint]
  }

  private let bytes = Mutex(Data())

  init(_ url: URL) {
    super.init()
    URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil).dataTask(with: url).resume()
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    bytes.withLock { $0 += data }
  }

  private var events: [(name: String, data: String)] {
    let blocks = String(decoding: bytes.withLock { $0 }, as: UTF8.self).split(separator: "\n\n").dropLast()
    return blocks.compactMap { block in
      block.wholeMatch(of: /event: (\w+)\ndata: (.*)/).map { (String($0.1), String($0.2)) }
    }
  }

  var names: [String] { events.map(\.name) }

  /// Waits for a picture that is as it should be.
  func wait(until isReached: (Picture) -> Bool) async throws -> Picture {
    for _ in 0..<300 {
      if let last = events.last(where: { $0.name == "picture" }) {
        let picture = try JSONDecoder().decode(Picture.self, from: Data(last.data.utf8))
        if isReached(picture) { return picture }
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw URLError(.timedOut, userInfo: [NSLocalizedDescriptionKey: "\(events.suffix(2))"])
  }
}
