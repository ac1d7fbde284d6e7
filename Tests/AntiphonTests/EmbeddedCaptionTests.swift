import Audio
import Checkpoints
import Datasets
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

  private func trained(_ model: String, _ flags: String..., on data: String? = nil) async throws -> String {
    let run = scratch.path(model)
    let arguments = [
      "train", "--model", model, "--data", data ?? embeddings, "--run", run, "--steps", "300", "--batch", "16",
      "--learning-rate", "3e-3",
    ]
    let ending = try await Programs.start("antiphon", arguments + flags, in: scratch).end(within: 120)
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
    #expect(
      try await !captions(run).isEmpty && FileManager.default.fileExists(atPath: "\(run)/thresholds/step-300.json"))
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
      ("thresholds", "expected thresholds of step 300 in"), ("dataset", "expected the run's dataset in"),
    ] {
      try files.removeItem(atPath: "\(elsewhere)/\(lost)")
      let refused = try await Programs.antiphon("caption", sound, "--model", elsewhere, in: scratch)
      #expect(refused.code == 78 && refused.errors.contains(words), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1)
    }
  }

  @Test func `are of what the run learnt from, and of no other network's embeddings`() async throws {
    let run = try await trained("fc-1x32-i128")
    let known = try await captions(run)
    let other = TrainedRun("other", of: scratch.path("dataset"), in: scratch)
    try #require(try await other.start(steps: 5, ["--workers", "1", "--seed", "1"]).end(within: 120).code == 0)
    try FileManager.default.removeItem(atPath: embeddings)
    let embedded = try await Programs.antiphon(
      "embed", scratch.path("dataset"), "--model", other.folder, "--fit-pca", scratch.path("other.safetensors"),
      "--into",
      embeddings, in: scratch)
    try #require(embedded.code == 0, "\(embedded.errors)")
    for arguments in [["evaluate", run], ["train", "--run", run, "--resume", "--steps", "310"]] {
      let refused = try await Programs.start("antiphon", arguments, in: scratch).end(within: 60)
      #expect(refused.code == 78 && refused.errors.contains("expected embeddings of "), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1)
    }
    #expect(try await captions(run) == known && !known.isEmpty, "by what the run keeps")
  }

  @Test func `are there of the best checkpoint, too, with thresholds of its own`() async throws {
    let run = try await trained("fc-1x32-i128", "--evaluate", "--checkpoint-steps", "100")
    let best = try await captions(run, "--best")
    let newest = try await captions(run)
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(run)/thresholds").sorted()
    let results = try String(contentsOfFile: "\(run)/validation.jsonl", encoding: .utf8)
    #expect(files.last == "step-300.json" && results.contains("\"step\":\(files[0].filter(\.isNumber))"), "\(files)")
    // Chosen for other weights of the same step, they are worth nothing.
    let path = "\(run)/thresholds/\(files[0])"
    let kept = try String(contentsOfFile: path, encoding: .utf8)
    try kept.replacing(/"shards" : \[[^\]]*\]/, with: "\"shards\" : [1]").write(
      toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.removeItem(atPath: "\(run)/thresholds/step-300.json")
    #expect(try await captions(run, "--best") == best)
    #expect(try await captions(run) == newest)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == kept)
  }

  /// The embeddings as others would release them: their files in AudioSet's folders, and nothing that made them.
  private func release() throws {
    let files = FileManager.default
    for (part, folder) in [("train", "bal_train"), ("evaluation", "eval")] {
      try files.createDirectory(atPath: scratch.path("release/\(folder)"), withIntermediateDirectories: true)
      for file in try files.contentsOfDirectory(atPath: embeddings) where file.hasPrefix("\(part)-") {
        try files.copyItem(
          atPath: "\(embeddings)/\(file)", toPath: scratch.path("release/\(folder)/\(file.dropFirst(part.count))"))
      }
    }
    let labels = try Dataset(opening: embeddings, of: .embedding).description.labels
    _ = try scratch.write(
      "index,mid,display_name\n" + labels.map { "\($0.index),/m/\($0.index),\($0.name)\n" }.joined(),
      to: "vocabulary.csv")
  }

  @Test func `are there of released embeddings once it is known what made them`() async throws {
    try release()
    let (into, maker) = (scratch.path("released"), "\(embeddings)/embedder.safetensors")
    let options = [
      "prepare", scratch.path("release"), "--embeddings", "--vocabulary", scratch.path("vocabulary.csv"), "--into",
      into,
      "--split", "70/30/0", "--dequantise", "kong",
    ]
    try SafetensorsFile.write(
      [("pca_eigen_vectors", Tensor([128, 3])), ("pca_means", Tensor([3]))], metadata: [:],
      to: scratch.path("other.safetensors"))
    for (flags, words) in [
      (["--embedder", scratch.path("patches")], "as 'antiphon embed' writes them, or --pca"),
      (["--embedder", scratch.path("pca.safetensors")], "whose __metadata__ tells its 'model'"),
      (["--embedder", maker, "--pca", scratch.path("other.safetensors")], "expected principal components of the"),
    ] {
      let refused = try await Programs.start("antiphon", options + flags, in: scratch).end(within: 60)
      #expect(refused.code == 78 && refused.errors.contains(words), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1 && !FileManager.default.fileExists(atPath: into))
    }
    let prepared = try await Programs.start("antiphon", options, in: scratch).end(within: 60)
    try #require(prepared.code == 0, "\(prepared.errors)")
    let run = try await trained("fc-1x32-i128", on: into)
    let without = try await Programs.antiphon("caption", sound, "--model", run, in: scratch)
    #expect(without.code == 78 && without.errors.contains("'antiphon prepare --embedder' puts it there"))
    let again = try await Programs.start("antiphon", options + ["--embedder", maker], in: scratch).end(within: 60)
    try #require(again.code == 0, "\(again.errors)")
    // The thresholds are chosen on clips of the training part.
    try check(try await captions(run), within: 0.75)
    // What made them is kept with the run, and changed where it was beside them.
    let (kept, its) = (
      URL(filePath: "\(run)/dataset/embedder.safetensors"), URL(filePath: "\(into)/embedder.safetensors")
    )
    #expect(try Data(contentsOf: kept) == Data(contentsOf: its))
    var bytes = try Data(contentsOf: its)
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: its)
    _ = try await captions(run)
    #expect(try Data(contentsOf: kept) == bytes)
    let replacing = try await Programs.start("antiphon", options + ["--embedder", maker], in: scratch).end(within: 60)
    #expect(replacing.code == 0 && replacing.errors.contains("was another one, and is replaced"), "\(replacing.errors)")
    try FileManager.default.removeItem(at: its)
    _ = try await captions(run)
    #expect(try Data(contentsOf: kept) == bytes, "the run's own, where there is no other")
  }

  @Test func `are there of a training on a part of the embeddings, too`() async throws {
    let ending = try await Programs.antiphon(
      "experiment", "table4", "--model", "fc-1x32-i128", "--data", embeddings, "--clips", "12", "--steps", "5",
      "--into",
      scratch.path("table4"), in: scratch, within: 120)
    try #require(ending.code == 0, "\(ending.errors)")
    #expect(try await !captions(scratch.path("table4/12-clips"), "--threshold", "0.001").isEmpty)
  }

  @Test func `name what sounds when it sounds, by attention`() async throws {
    let run = try await trained("single-attention-1x32")
    try check(try await captions(run), within: 0.75)
    #expect(FileManager.default.fileExists(atPath: "\(run)/thresholds/step-300-frames.json"))
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
    #expect(FileManager.default.fileExists(atPath: "\(run)/thresholds/step-300-windows.json"))
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
