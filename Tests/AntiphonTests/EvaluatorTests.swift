import Clusters
import Foundation
import FoundationNetworking
import Telemetry
import Testing

/// Real runs that are scored while they go on.
@Suite(.serialized) struct `A run with an evaluator` {
  private let scratch: Scratch
  private let dataset: String

  init() async throws {
    scratch = try Scratch()
    dataset = try await SmallDataset.prepare(in: scratch)
  }

  @Test func `is scored to its last checkpoint, though the evaluator is killed`() async throws {
    let run = TrainedRun("killed", of: dataset, in: scratch)
    let running = try run.start(steps: 1500, ["--evaluate"])
    let before = try await run.wait { status in
      status.validation != nil && status.processes.contains { $0.role == .evaluator }
    }
    let victim = try #require(before.processes.first { $0.role == .evaluator })
    #expect(kill(victim.pid, SIGKILL) == 0)
    let ending = try await running.end(within: 120)
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(ending.errors.contains("evaluator 0 was ended by signal 9"), "\(ending.errors)")
    let log = try String(contentsOfFile: "\(run.folder)/logs/evaluator-0.log", encoding: .utf8)
    #expect(log.split(separator: "\n").last?.contains("the run has ended") == true, "\(log)")

    let status = try await run.status()
    let results = try RunRecord.read(ValidationResult.self, at: "\(run.folder)/validation.jsonl") { Issue.record($0) }
    #expect(results.last?.step == status.step && status.validation == results.last)
    #expect(status.bestValidation?.map == results.compactMap(\.map).max())
    #expect(results.allSatisfy { $0.clips > 0 && $0.loss > 0 })
    #expect(try #require(results.last?.loss) < (try #require(results.first?.loss)))
    // They are of the very weights of their checkpoints.
    let best = try await Programs.antiphon(
      "evaluate", run.folder, "--best", "--split", "validation", "--json", in: scratch)
    #expect(try map(of: best) == status.bestValidation?.map, "\(best.errors)")
    let evaluation = try await Programs.antiphon(
      "evaluate", run.folder, "--split", "validation", "--json", in: scratch)
    #expect(try map(of: evaluation) == results.last?.map, "\(evaluation.errors)")

    let record = "\(run.folder)/validation.jsonl"
    try ("garbage\n" + String(contentsOfFile: record, encoding: .utf8)).write(
      toFile: record, atomically: true, encoding: .utf8)
    let again = try await Programs.antiphon("train", "--run", run.folder, "--resume", "--steps", "1520", in: scratch)
    #expect(again.code == 0, "\(again.errors)")
    let said = try String(contentsOfFile: "\(run.folder)/logs/server-0.log", encoding: .utf8)
    #expect(said.contains("\(record), line 1: expected a JSON object"), "\(said)")
    #expect(try await run.status().bestValidation?.step ?? .max <= 1520)
  }

  @Test func `hears when the evaluator is told to go, and another one takes its place`() async throws {
    let run = TrainedRun("told", of: dataset, in: scratch)
    let running = try run.start(steps: 1500, ["--evaluate"])
    let before = try await run.wait { status in status.processes.contains { $0.role == .evaluator } }
    let first = try #require(before.processes.first { $0.role == .evaluator })
    #expect(kill(first.pid, SIGTERM) == 0)
    let ending = try await running.end(within: 120)
    #expect(ending.code == 0, "\(ending.errors)")
    let events = try RunRecord.read(RunEvent.self, at: "\(run.folder)/events.jsonl").map(\.text)
    #expect(events.contains("evaluator 0 leaves") && !events.contains("evaluator 0 is silent"), "\(events)")
    #expect(events.count { $0.hasPrefix("evaluator 0 joins") } == 2, "\(events)")
    #expect(try await run.status().validation != nil)
  }

  @Test func `that becomes no better ends early with all its steps, and keeps its best checkpoint`() async throws {
    let run = TrainedRun("early", of: dataset, in: scratch)
    let more = ["--evaluate", "--early-stopping", "2", "--keep", "1", "--learning-rate", "1e-12"]
    let ending = try await run.start(steps: 100_000, more).end(within: 120)
    #expect(ending.code == 0, "\(ending.errors)")
    let status = try await run.status()
    #expect(status.state == .finished && status.steps < 100_000 && status.step >= status.steps)
    let best = try #require(status.bestValidation)
    let kept = try FileManager.default.contentsOfDirectory(atPath: "\(run.folder)/checkpoints")
    // The newest, the best, and perhaps one that was being scored when the last one was made.
    #expect(
      (2...3).contains(kept.count) && kept.contains { $0.hasSuffix(String(format: "%08d", best.step)) }, "\(kept)")

    let evaluation = try await Programs.antiphon(
      "evaluate", run.folder, "--best", "--split", "validation", "--json", in: scratch)
    #expect(try map(of: evaluation) == best.map, "\(evaluation.errors)")
    let again = try await Programs.antiphon("train", "--run", run.folder, "--resume", in: scratch)
    #expect(again.code == 78 && again.errors.contains("ask for more with --steps"), "\(again.errors)")
  }

  @Test func `shows what each of its processes knows, at ports that follow each other`() async throws {
    let run = TrainedRun("shown", of: dataset, in: scratch)
    let first = Int.random(in: 20_000...30_000)  // below those that the system hands out
    let running = try run.start(steps: 1_000_000, ["--evaluate", "--http", "\(first)"])
    try await run.wait { $0.validation != nil }
    let names = ["loss", "staleness_count", "evaluator_map", "worker_batches_total", "worker_batches_total"]
    for (offset, name) in names.enumerated() {
      let url = try #require(URL(string: "http://127.0.0.1:\(first + offset)/metrics"))
      var page = ""
      // A worker shows its mini-batches when it has computed one.
      for _ in 0..<300 where !page.contains("\nantiphon_\(name) ") {
        if !page.isEmpty { try await Task.sleep(for: .milliseconds(100)) }
        page = String(decoding: try await URLSession.shared.data(from: url).0, as: UTF8.self) + "\n"
      }
      #expect(page.contains("\nantiphon_\(name) "), "\(url): \(page)")
    }
    kill(running.process.processIdentifier, SIGINT)
    #expect(try await running.end(within: 60).code == 0)
  }

  @Test func `is refused without clips to score`() async throws {
    let empty = scratch.path("empty")
    let prepared = try await Programs.antiphon(
      "prepare", scratch.path("sounds"), "--labels", scratch.path("labels.csv"), "--into", empty, "--split", "100/0/0",
      in: scratch)
    try #require(prepared.code == 0, "\(prepared.errors)")
    let run = TrainedRun("none", of: empty, in: scratch)
    let ending = try await run.start(steps: 10, ["--evaluate"]).end(within: 30)
    #expect(ending.code == 78 && ending.errors.contains("there are none"), "\(ending.errors)")
    let whole = TrainedRun("whole", of: dataset, in: scratch)
    let trained = try await whole.start(steps: 10, ["--evaluate"]).end(within: 60)
    try #require(trained.code == 0, "\(trained.errors)")
    let moved = try await Programs.antiphon(
      "train", "--run", whole.folder, "--resume", "--data", empty, "--steps", "20", in: scratch)
    #expect(moved.code == 78 && moved.errors.contains("there are none"), "\(moved.errors)")
    try FileManager.default.moveItem(atPath: dataset, toPath: "\(dataset)-elsewhere")
    let gone = try await Programs.antiphon("train", "--run", whole.folder, "--resume", "--steps", "20", in: scratch)
    #expect(gone.code == 78 && gone.errors.contains("cannot read \(dataset)/dataset.json"), "\(gone.errors)")
    #expect(gone.errors.split(separator: "\n").count == 1, "\(gone.errors)")
    try FileManager.default.moveItem(atPath: "\(dataset)-elsewhere", toPath: dataset)
  }

  private func map(of ending: Programs.Ending) throws -> Double? {
    (try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])?["map"] as? Double
  }
}
