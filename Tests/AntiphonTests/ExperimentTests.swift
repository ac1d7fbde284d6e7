import Clusters
import Foundation
import Telemetry
import Testing

@testable import Antiphon

/// `antiphon experiment`, on little.
@Suite(.serialized) struct `An experiment` {
  private struct Result: Decodable {
    struct Row: Decodable {
      let name: String
      let cells: [String]
      let trainings: [Training]
      let weights: Int
      let paper: Paper?
    }

    struct Training: Decodable {
      let seed: Int
      let steps: Int
      let examples: Int
      let seconds: Double
      let auc: Double?
      let map: Double?
    }

    struct Paper: Decodable {
      let name: String
      let map: Double
    }

    let labels: Int
    let rows: [Row]
  }

  private struct Compared: Decodable {
    let step: Int
    let clips: Int
    let chance: Double

    private enum CodingKeys: String, CodingKey {
      case step, clips
      case chance = "chance_map"
    }
  }

  private let scratch: Scratch
  private let dataset: String

  init() async throws {
    scratch = try Scratch()
    dataset = try await SmallDataset.prepare(in: scratch)
  }

  private func arguments(_ table: String, _ more: [String]) -> [String] {
    ["experiment", table, "--data", dataset, "--into", scratch.path(table), "--json"] + more
      + ["--", "--servers", "1", "--workers", "1", "--batch", "16", "--checkpoint-steps", "20"]
  }

  private func result(_ ending: Programs.Ending) throws -> Result {
    try #require(ending.code == 0, "\(ending.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Result.self, from: Data(ending.output.utf8))
  }

  @Test func `that is killed goes on where it was`() async throws {
    let flags = arguments("table2", ["--models", "fc-1x16,fc-2x16=5e-4", "--long", "--steps", "400"])
    let killed = try Programs.start("antiphon", flags, in: scratch)
    let second = scratch.path("table2") + "/fc-2x16"
    func step() throws -> Int { try RunRecord.read(RunStatus.self, at: "\(second)/metrics.jsonl").last?.step ?? 0 }
    for _ in 0..<600 where try step() < 20 { try await Task.sleep(for: .milliseconds(100)) }
    let beside = try await Programs.start("antiphon", flags, in: scratch).end(within: 20)
    #expect(beside.code == 75 && beside.errors.contains("is being done by another process"), "\(beside.errors)")
    kill(killed.process.processIdentifier, SIGKILL)
    _ = try await killed.end(within: 10)
    let first = try Data(contentsOf: URL(filePath: scratch.path("table2") + "/fc-1x16/compared.json"))
    let configuration = try Data(contentsOf: URL(filePath: "\(second)/configuration.json"))

    let result = try result(await Programs.start("antiphon", flags, in: scratch).end(within: 120))
    #expect(result.rows.map(\.name) == ["fc-1x16", "fc-2x16", "fc-2x16-long"])
    let trainings = result.rows.flatMap(\.trainings)
    #expect(trainings.map { $0.steps >= 400 } == [true, true, true] && trainings[2].steps >= 1360)
    #expect(trainings.allSatisfy { $0.auc ?? 0 > 0.5 && $0.seconds > 0 && $0.examples > 0 })
    #expect(result.rows.allSatisfy { $0.weights > 98_000 })
    #expect(result.rows.map(\.paper?.name) == ["fully connected", "fully connected", nil])
    #expect(try Data(contentsOf: URL(filePath: scratch.path("table2") + "/fc-1x16/compared.json")) == first)
    #expect(try Data(contentsOf: URL(filePath: "\(second)/configuration.json")) == configuration, "the same run")
    let status = try #require(try RunRecord.last(RunStatus.self, at: "\(second)-long/metrics.jsonl"))
    #expect(abs(status.learningRate - 5e-5) < 1e-9, "a tenth of its own, late")

    let other = arguments("table2", ["--models", "fc-1x16=1e-2", "--steps", "400"])
    let refused = try await Programs.start("antiphon", other, in: scratch).end(within: 20)
    #expect(refused.code == 78 && refused.errors.contains("an experiment with other flags"), "\(refused.errors)")
  }

  @Test func `does not count the time of what was lost`() async throws {
    let run = TrainedRun("timed", of: dataset, in: scratch)
    let configured = try await Programs.start("antiphon", run.options(steps: 50) + ["--only-configure"], in: scratch)
      .end(within: 30)
    try #require(configured.code == 0, "\(configured.errors)")
    let record = try RunRecord(appendingTo: "\(run.folder)/metrics.jsonl")
    // Stopped at step 30, and gone on with a minute later from step 10.
    for (time, step) in [(2.0, 10), (4, 20), (6, 30), (66, 10), (68, 20)] {
      try record.append(
        RunStatus(
          unixSeconds: 1e9 + time, step: step, steps: 50, examples: 16 * step, seconds: time, learningRate: 1e-3,
          desiredWorkers: 1))
    }
    let trained = try TrainedTime(of: RunFolder(opening: run.folder))
    #expect(trained.seconds == 4 && trained.examples == 320)
  }

  @Test func `about labels compares all on the fewest`() async throws {
    let flags = arguments("table3", ["--model", "fc-1x16", "--labels", "3,2", "--bottleneck", "4", "--steps", "100"])
    let result = try result(await Programs.start("antiphon", flags, in: scratch).end(within: 120))
    #expect(result.labels == 2)
    #expect(result.rows.map(\.cells) == [["no", "3"], ["no", "2"], ["yes", "3"], ["yes", "2"]])
    let units = 96 * 64 * 16
    #expect(result.rows.map(\.weights) == [units + 48, units + 32, units + 64 + 12, units + 64 + 8])
  }

  @Test func `about the amount of data ends each training by time, too`() async throws {
    let flags = arguments(
      "table4", ["--model", "fc-1x16", "--clips", "30,6", "--augment", "mixup", "--minutes", "0.05"])
    let result = try result(await Programs.start("antiphon", flags, in: scratch).end(within: 120))
    #expect(result.rows.map(\.cells) == [["30", "none"], ["30", "mixup"], ["6", "none"], ["6", "mixup"]])
    let trainings = result.rows.flatMap(\.trainings)
    #expect(trainings.allSatisfy { (2...20).contains($0.seconds) && $0.steps > 10 }, "\(result.rows)")
    let again = try self.result(await Programs.start("antiphon", flags, in: scratch).end(within: 120))
    #expect(again.rows.flatMap(\.trainings).map(\.steps) == trainings.map(\.steps), "what is done is not done again")
    let status = try RunQuestions.recordedStatus(of: RunFolder(opening: scratch.path("table4") + "/6-clips"))
    #expect(status.state == .finished && status.steps == status.step && status.step > 10, "\(status)")
  }

  @Test func `of one's own rows trains each as it says, with several seeds`() async throws {
    let rows = [
      "plain: --model fc-1x16", "Twice as wide, balanced: --model fc-1x32 --sampling balanced --steps 2",
    ]
    let flags = arguments(
      "compare", rows.flatMap { ["--row", $0] } + ["--steps", "4", "--seeds", "2", "--learning-rate", "1e-7"])
    let result = try result(await Programs.start("antiphon", flags, in: scratch).end(within: 120))
    #expect(result.rows.map(\.name) == ["plain", "twice-as-wide-balanced"])
    #expect(result.rows.map { $0.trainings.map(\.seed) } == [[0, 1], [0, 1]])
    #expect(result.rows.map { $0.trainings.map(\.steps) } == [[4, 4], [2, 2]])
    let scores = result.rows.map { $0.trainings.map(\.auc) }
    #expect(scores.allSatisfy { $0[0] != $0[1] }, "other seeds are other trainings: \(scores)")
    let second = try RunFolder(opening: scratch.path("compare") + "/twice-as-wide-balanced-seed-1").settings()
    #expect(second.seed == 1 && second.sampling == .balanced && second.model == "fc-1x32")

    let table = try await Programs.start("antiphon", flags.filter { $0 != "--json" }, in: scratch).end(within: 60)
    let line = table.output.split(separator: "\n").first { $0.hasPrefix("plain") }
    let aucs = scores[0].compactMap(\.self)
    let deviation = abs(aucs[0] - aucs[1]) / 2.0.squareRoot()
    let shown = String(format: "%.4f ± %.4f", (aucs[0] + aucs[1]) / 2, deviation)
    #expect(line?.contains(shown) == true, "\(table.output)")

    func compared(_ name: String) throws -> Data {
      try Data(contentsOf: URL(filePath: scratch.path("compare") + "/\(name)/compared.json"))
    }
    let before = try compared("plain-seed-1")
    let more = flags.map { $0 == "2" ? "3" : $0 }
    let grown = ["experiment", "compare", "--row", "third: --model fc-2x16"] + more.dropFirst(2)
    let all = try self.result(await Programs.start("antiphon", grown, in: scratch).end(within: 120))
    #expect(all.rows.map { $0.trainings.map(\.seed) } == Array(repeating: [0, 1, 2], count: 3))
    #expect(try compared("plain-seed-1") == before, "what is trained stays")
    let changed = flags.map { $0 == rows[0] ? "plain: --model fc-1x8" : $0 }
    let refused = try await Programs.start("antiphon", changed, in: scratch).end(within: 20)
    #expect(refused.code == 78 && refused.errors.contains("an experiment with other flags"), "\(refused.errors)")
  }

  @Test func `about labels compares all on the same balanced clips`() async throws {
    let flags = arguments(
      "table3", ["--model", "fc-1x16", "--labels", "3,2", "--bottleneck", "4", "--balanced", "2", "--steps", "5"])
    let result = try result(await Programs.start("antiphon", flags, in: scratch).end(within: 120))
    let clips = try result.rows.map { row in
      try Data(contentsOf: URL(filePath: scratch.path("table3") + "/\(row.name)/compared.json"))
    }.map { try JSONDecoder().decode(Compared.self, from: $0) }
    #expect(Set(clips.map(\.clips)).count == 1 && Set(clips.map(\.chance)).count == 1, "\(clips)")
  }

  @Test func `compares the best checkpoints, where that is asked for`() async throws {
    let flags = arguments("table2", ["--models", "fc-1x16", "--steps", "100", "--best"])
    _ = try result(await Programs.start("antiphon", flags, in: scratch).end(within: 120))
    let run = scratch.path("table2") + "/fc-1x16"
    let results = try RunRecord.read(ValidationResult.self, at: "\(run)/validation.jsonl") { Issue.record($0) }
    let best = try #require(ValidationHistory(results).best)
    let bytes = try Data(contentsOf: URL(filePath: "\(run)/compared.json"))
    #expect(try JSONDecoder().decode(Compared.self, from: bytes).step == best.step)
  }

  @Test(arguments: [
    (["table2"], "expected either --steps or --minutes."),
    (["table2", "--steps", "5", "--minutes", "1"], "--minutes, not both"),
    (["table3", "--steps", "5", "--labels", "2,3"], "the most first"),
    (["table4", "--steps", "5", "--clips", "1000000"], "clips, the most first"),
    (["table4", "--steps", "5", "--clips", "3,x"], "positive numbers"),
    (["table2", "--steps", "5", "--", "--model", "fc-1x4"], "--model is for the experiment to say"),
    (["table2", "--steps", "5", "--models", "fc-1x4,fc-1x4"], "each once"),
    (["table2", "--steps", "5", "--seeds", "0"], "--seeds must be in"),
    (["table2", "--steps", "5", "--", "--seed", "4"], "--seed is for the experiment to say"),
    (["compare", "--steps", "5"], "expected rows, there is none"),
    (["table4", "--steps", "5", "--clips", "9", "--", "--augment", "mixup"], "expected --augment before '--'"),
    (["compare", "--steps", "5", "--row", "fc-1x4"], "of the form 'TITLE: FLAGS'"),
    (["compare", "--steps", "5", "--row", "a: --model fc-1x4 --seed 3"], "row 'a': --seed is for the experiment"),
    (["compare", "--minutes", "1", "--row", "a: --model fc-1x4 --steps 3"], "row 'a': --steps is for the experiment"),
    (["compare", "--steps", "5", "--row", "a: --modell fc-1x4"], "row 'a': "),
    (["compare", "--steps", "5", "--row", "a: --servers 2"], "row 'a': a new run needs --model"),
  ])
  func `says what is wrong with its flags`(flags: [String], words: String) async throws {
    let more = ["--data", dataset, "--into", scratch.path("none")]
    let ending = try await Programs.start(
      "antiphon", ["experiment", flags[0]] + more + flags.dropFirst(), in: scratch
    ).end(within: 20)
    #expect([64, 78].contains(ending.code) && ending.errors.contains(words), "\(ending.errors)")
  }
}
