import Audio
import Foundation
import RawClients
import Tensors
import Testing

/// `antiphon caption` with networks of embeddings, by the real programs: sounds, a network of patches, embeddings of it, and
/// networks of these.
@Suite(.serialized) struct `Captions by embeddings` {
  private let scratch: Scratch
  private let embeddings: String
  /// Ten seconds of a low tone, then of a high one.
  private let sound: String

  init() async throws {
    scratch = try Scratch()
    let dataset = try await SmallDataset.prepare(in: scratch)
    let run = TrainedRun("patches", of: dataset, in: scratch)
    let trained = try await run.start(steps: 200, ["--workers", "1"]).end(within: 120)  // the same each time
    try #require(trained.code == 0, "\(trained.errors)")
    embeddings = scratch.path("embeddings")
    let embedded = try await Programs.antiphon(
      "embed", dataset, "--model", run.folder, "--fit-pca", scratch.path("pca.safetensors"), "--into", embeddings,
      in: scratch)
    try #require(embedded.code == 0, "\(embedded.errors)")
    sound = scratch.path("sound.wav")
    try writeSound(Self.tone(220, seconds: 10) + Self.tone(3200, seconds: 10), to: sound)
  }

  /// With as little noise as `SmallDataset` has: whitening makes what has none stand far apart.
  private static func tone(_ hertz: Double, seconds: Double) -> [Float] {
    var generator = SeededGenerator(seed: 1)
    return (0..<Int(seconds * 16_000)).map { sample in
      0.3 * Float(sin(2 * .pi * hertz * Double(sample) / 16_000)) + Float.random(in: -0.002...0.002, using: &generator)
    }
  }

  private func trained(_ model: String) async throws -> String {
    let run = scratch.path(model)
    let ending = try await Programs.antiphon(
      "train", "--model", model, "--data", embeddings, "--run", run, "--steps", "300", "--batch", "16",
      "--learning-rate", "3e-3", in: scratch, within: 120)
    try #require(ending.code == 0, "\(ending.errors)")
    return run
  }

  private func captions(_ run: String, _ flags: String...) async throws -> [CaptionFile.Caption] {
    let arguments = ["caption", sound, "--model", run, "--format", "json"] + flags
    let ending = try await Programs.start("antiphon", arguments, in: scratch).end(within: 60)
    try #require(ending.code == 0, "\(ending.errors)")
    return try JSONDecoder().decode(CaptionFile.self, from: Data(ending.output.utf8)).captions
  }

  /// Checks that both tones are told when they sound.
  private func check(_ events: [CaptionFile.Caption], within seconds: Double) throws {
    for (label, begin, end) in [("low", 0.0, 10.0), ("high", 10.0, 20.0)] {
      let longest = events.filter { $0.label == label }.max { $0.end - $0.begin < $1.end - $1.begin }
      let found = try #require(longest, "\(events)")
      #expect(abs(found.begin - begin) < seconds && abs(found.end - end) < seconds, "\(events)")
    }
  }

  @Test func `name what sounds when it sounds, vector by vector`() async throws {
    let run = try await trained("fc-1x32-i128")
    try check(try await captions(run, "--threshold", "0.5"), within: 0.75)
    #expect(try await !captions(run).isEmpty && FileManager.default.fileExists(atPath: "\(run)/thresholds.json"))
    let refused = try await Programs.antiphon("caption", sound, "--model", run, "--timing", "frames", in: scratch)
    #expect(refused.code == 78 && refused.errors.contains("expected no --timing"), "\(refused.errors)")
    #expect(refused.errors.split(separator: "\n").count == 1)
  }

  @Test func `need no more than the run's folder once they were made`() async throws {
    let run = try await trained("fc-1x32-i128")
    let known = try await captions(run)
    let elsewhere = scratch.path("elsewhere")
    let files = FileManager.default
    try files.copyItem(atPath: run, toPath: elsewhere)
    try files.moveItem(atPath: embeddings, toPath: scratch.path("moved"))
    #expect(try await captions(elsewhere) == known && !known.isEmpty)
    for (lost, words) in [
      ("thresholds.json", "expected thresholds of step 300 in"), ("dataset", "expected the run's dataset in"),
    ] {
      try files.removeItem(atPath: "\(elsewhere)/\(lost)")
      let refused = try await Programs.antiphon("caption", sound, "--model", elsewhere, in: scratch)
      #expect(refused.code == 78 && refused.errors.contains(words), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1)
    }
  }

  @Test func `are there of a training on a part of the embeddings, too`() async throws {
    let ending = try await Programs.antiphon(
      "experiment", "table4", "--model", "fc-1x32-i128", "--data", embeddings, "--clips", "12", "--steps", "5",
      "--into",
      scratch.path("table4"), in: scratch, within: 120)
    try #require(ending.code == 0, "\(ending.errors)")
    #expect(try await !captions(scratch.path("table4/12-clips"), "--threshold", "0").isEmpty)
  }

  @Test func `name what sounds when it sounds, by attention`() async throws {
    let run = try await trained("single-attention-1x32")
    try check(try await captions(run), within: 0.75)
    #expect(FileManager.default.fileExists(atPath: "\(run)/thresholds-frames.json"))
    try await checkLive(run)
    let wrong = try await Programs.antiphon("caption", sound, "--model", run, "--timing", "patches", in: scratch)
    #expect(wrong.code == 64 && wrong.errors.contains("expected frames or windows, found 'patches'"))
    let aimless = try await Programs.antiphon("evaluate", run, "--timing", "frames", in: scratch)
    #expect(aimless.code == 64 && aimless.errors.contains("expected --timing with --scenes"))
  }

  @Test func `name what sounds to within a hop of windows`() async throws {
    let run = try await trained("average-pooling-1x32")
    // A window's score is the share of its five vectors that have the tone: from half a window on, it is heard.
    try check(try await captions(run, "--timing", "windows", "--threshold", "0.5"), within: 1.92)
    #expect(try await !captions(run, "--timing", "windows").isEmpty)
    #expect(FileManager.default.fileExists(atPath: "\(run)/thresholds-windows.json"))
  }

  /// A second and a half of sound is enough for a caption.
  private func checkLive(_ run: String) async throws {
    let running = try Programs.start("antiphon", ["serve", "--model", run, "--http", "0"], in: scratch)
    defer { kill(running.process.processIdentifier, SIGTERM) }
    var port: Int?
    for _ in 0..<200 where port == nil {
      try await Task.sleep(for: .milliseconds(100))
      port = running.outputSoFar.firstMatch(of: /http:\/\/127.0.0.1:(\d+)\//).flatMap { Int($0.1) }
    }
    let client = try RawClient(port: try #require(port, "\(running.errorsSoFar)"))
    client.say(CaptionClient.upgrade)
    #expect(client.hear(until: "\r\n\r\n").hasPrefix("HTTP/1.1 101"))
    let samples = Self.tone(3200, seconds: 1.5).flatMap { value -> [UInt8] in
      let sample = UInt16(bitPattern: Int16(value * 32_767))
      return [UInt8(sample & 255), UInt8(sample >> 8)]
    }
    for first in stride(from: 0, to: samples.count, by: 960) {
      client.sayMessage(Array(samples[first..<min(first + 960, samples.count)]))
    }
    let heard = client.hear(until: #""label":"high""#)
    #expect(heard.contains(#""label":"high""#), "\(heard)")
  }
}
