import Foundation
import Telemetry
import Testing

/// Networks of clips of embeddings, by the real programs.
@Suite(.serialized) struct `A network of embeddings` {
  private struct Score: Decodable {
    let map: Double
    let clips: Int
    let step: Int
  }

  private let scratch: Scratch
  private let dataset: String

  init() async throws {
    scratch = try Scratch()
    dataset = try await SmallEmbeddings.prepare(in: scratch)
  }

  private func score(_ run: String) async throws -> Score {
    let evaluated = try await Programs.antiphon("evaluate", run, "--json", in: scratch)
    try #require(evaluated.code == 0, "\(evaluated.errors)")
    return try JSONDecoder().decode(Score.self, from: Data(evaluated.output.utf8))
  }

  private func options(_ run: String, _ model: String) -> [String] {
    ["--model", model, "--data", dataset, "--run", run, "--batch", "32", "--learning-rate", "3e-3"]
  }

  @Test func `is stopped while it learns, resumed, and scores each clip once`() async throws {
    let run = TrainedRun("run", of: dataset, in: scratch)
    let flags = [
      "--servers", "2", "--workers", "2", "--sampling", "balanced", "--loss", "focal:1", "--augment", "mixup",
      "--checkpoint-steps", "50",
    ]
    let running = try Programs.start(
      "antiphon", ["train", "--steps", "100000"] + options(run.folder, "feature-level-attention-1x32") + flags,
      in: scratch)
    let seen = try await run.wait { $0.step >= 60 }
    let stopped = try await Programs.antiphon("stop", run.folder, in: scratch)
    #expect(stopped.code == 0, "\(stopped.errors)")
    let ended = try await running.end(within: 60)
    try #require(ended.code == 0, "\(ended.errors)")
    let before = try #require(try RunRecord.last(RunStatus.self, at: "\(run.folder)/metrics.jsonl"))

    let resumed = try await Programs.antiphon(
      "train", "--run", run.folder, "--resume", "--servers", "1", "--steps", "\(before.step + 400)", in: scratch,
      within: 120)
    try #require(resumed.code == 0, "\(resumed.errors)")
    let after = try #require(try RunRecord.last(RunStatus.self, at: "\(run.folder)/metrics.jsonl"))
    #expect(try #require(after.loss) < #require(seen.loss))
    let score = try await score(run.folder)
    #expect(score.clips == 80 && score.step >= before.step + 400)
    #expect(score.map > 0.9, "by chance about 0.44")

    let mean = try await Programs.antiphon("evaluate", run.folder, "--average", "3", in: scratch)
    #expect(mean.code == 0 && mean.output.hasPrefix("mean of 3 checkpoints up to step \(score.step)"), "\(mean.errors)")
    #expect(FileManager.default.fileExists(atPath: "\(run.folder)/evaluation-mean-of-3.json"))
    let more = try await Programs.antiphon("evaluate", run.folder, "--average", "50", in: scratch)
    #expect(more.code == 78 && more.errors.contains("expected 50 good checkpoints"), "\(more.errors)")
  }

  @Test(arguments: ["fc-1x32-i128", "max-pooling-1x32", "multi-level-attention-2x32", "second-order-attention-1x32-r2"])
  func `learns`(model: String) async throws {
    let run = scratch.path(model)
    let trained = try await Programs.start("antiphon", ["train", "--steps", "300"] + options(run, model), in: scratch)
      .end(within: 120)
    try #require(trained.code == 0, "\(trained.errors)")
    let score = try await score(run)
    #expect(score.clips == 80 && score.map > 0.6, "\(score)")
  }

  @Test(arguments: [
    (["--model", "fc-2x8"], "expected log-mel patches of 96 frames and 64 bands for fc-2x8, found embeddings of 128"),
    (["--model", "single-attention-1x8-i64"], "expected clips of embeddings of 64 values"),
    (["--model", "single-attention-1x8", "--augment", "spec-augment"], "spec-augment is for log-mel patches"),
    (["--model", "single-attention-1x8", "--loss", "focal:-1"], "expected cross-entropy or focal:GAMMA:ALPHA"),
  ])
  func `is not trained on what does not fit it`(flags: [String], words: String) async throws {
    let run = scratch.path("none")
    let refused = try await Programs.start(
      "antiphon", ["train", "--data", dataset, "--run", run, "--steps", "5"] + flags, in: scratch
    ).end(within: 30)
    #expect(refused.code == 78 && refused.errors.contains(words), "\(refused.errors)")
    #expect(refused.errors.split(separator: "\n").count == 1 && !FileManager.default.fileExists(atPath: run))
  }

  @Test func `is not shown bytes that mean something else than those that it has learnt from`() async throws {
    let (run, other) = (scratch.path("run"), scratch.path("other"))
    let prepared = try await Programs.antiphon(
      "prepare", scratch.path("release"), "--embeddings", "--vocabulary", scratch.path("vocabulary.csv"), "--into",
      other,
      "--dequantise", "kong", in: scratch)
    try #require(prepared.code == 0, "\(prepared.errors)")
    let trained = try await Programs.start(
      "antiphon", ["train", "--steps", "5"] + options(run, "average-pooling-1x4"), in: scratch
    ).end(within: 60)
    try #require(trained.code == 0, "\(trained.errors)")
    let evaluated = try await Programs.antiphon("evaluate", run, "--data", other, in: scratch)
    let resumed = try await Programs.antiphon(
      "train", "--run", run, "--resume", "--data", other, "--steps", "9", in: scratch)
    for refused in [evaluated, resumed] {
      #expect(refused.code == 78 && refused.errors.contains("of values from -1.0 to"), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1)
    }
  }

  @Test func `hears no sounds where nothing makes its embeddings, and makes none itself`() async throws {
    let run = scratch.path("run")
    let trained = try await Programs.start(
      "antiphon", ["train", "--steps", "5"] + options(run, "average-pooling-1x4"), in: scratch
    ).end(within: 60)
    try #require(trained.code == 0, "\(trained.errors)")
    let caption = try await Programs.antiphon("caption", "sound.wav", "--model", run, in: scratch)
    #expect(caption.code == 78 && caption.errors.contains("\(dataset)/embedder.safetensors"), "\(caption.errors)")
    #expect(caption.errors.split(separator: "\n").count == 1 && caption.errors.contains("released ones come without"))
    let embed = try await Programs.antiphon(
      "embed", dataset, "--model", run, "--fit-pca", scratch.path("pca.safetensors"), "--into", scratch.path("into"),
      in: scratch)
    #expect(embed.code == 78 && embed.errors.contains("expected a network of log-mel patches"), "\(embed.errors)")
  }

  @Test func `stands beside others in a table, with what was published of its kind`() async throws {
    let models = "fc-1x8-i128,single-attention-1x8,second-order-attention-1x8-r2"
    let ending = try await Programs.start(
      "antiphon",
      ["experiment", "aed", "--data", dataset, "--into", scratch.path("aed"), "--models", models, "--steps", "20"]
        + ["--", "--batch", "16"], in: scratch
    ).end(within: 120)
    try #require(ending.code == 0, "\(ending.errors)")
    let lines = ending.output.split(separator: "\n")
    func line(_ name: String) -> Substring { lines.first { $0.hasPrefix(name) } ?? "" }
    #expect(line("fc-1x8-i128").contains("0.314") && line("fc-1x8-i128").hasSuffix("Google's baseline"))
    #expect(line("single-attention-1x8").contains("0.337"))
    #expect(line("second-order-attention-1x8-r2").split(separator: " ").count > 5)
  }

  @Test func `is compared by the mean of several checkpoints where that is wanted`() async throws {
    let flags = [
      "experiment", "aed", "--data", dataset, "--into", scratch.path("aed"), "--models", "single-attention-1x8",
      "--steps", "20", "--average", "2",
    ]
    let few = try await Programs.start("antiphon", flags + ["--", "--keep", "1"], in: scratch).end(within: 60)
    #expect(few.code == 64 && few.errors.contains("--average must be at most 1"), "\(few.errors)")
    let rare = try await Programs.start("antiphon", flags + ["--", "--checkpoint-steps", "20"], in: scratch)
      .end(within: 60)
    #expect(rare.code == 64 && rare.errors.contains("--average needs 2 checkpoints in 20 steps"), "\(rare.errors)")
    let ending = try await Programs.start("antiphon", flags + ["--", "--batch", "16"], in: scratch).end(within: 120)
    try #require(ending.code == 0, "\(ending.errors)")
    let run = scratch.path("aed/single-attention-1x8")
    let evaluated = try await Programs.antiphon("evaluate", run, "--average", "2", in: scratch)
    try #require(evaluated.code == 0, "\(evaluated.errors)")
    let files = try ["compared.json", "evaluation-mean-of-2.json"].map {
      try String(contentsOfFile: "\(run)/\($0)", encoding: .utf8)
    }
    #expect(files[0] == files[1] && files[0].contains("\"averaged\" : 2"), "\(files[0].prefix(200))")
    let kept = try FileManager.default.contentsOfDirectory(atPath: "\(run)/checkpoints")
    #expect(Set(kept.filter { $0.hasPrefix("step-") }) == ["step-00000010", "step-00000020"])
  }
}
