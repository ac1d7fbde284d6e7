import Foundation
import Telemetry
import Testing

/// A run of real processes, of which one after the other is killed.
@Suite(.serialized) struct `A run` {
  private let scratch: Scratch
  private let dataset: String

  init() async throws {
    scratch = try Scratch()
    dataset = try await SmallDataset.prepare(in: scratch)
  }

  @Test func `whose worker, server 1 and server 0 are killed ends by itself at the step asked for`() async throws {
    let undisturbed = try start("undisturbed", steps: 300)
    let calm = try await undisturbed.end(within: 240)
    try #require(calm.code == 0, "\(calm.errors)")
    let calmLoss = try #require(try await status("undisturbed").loss)

    let running = try start("disturbed", steps: 300)
    for (role, index, step) in [(ProcessStatus.Role.worker, 0, 40), (.server, 1, 100), (.server, 0, 160)] {
      let before = try await wait("disturbed") { $0.step >= step && $0.lastCheckpointStep != nil }
      let victim = try #require(before.processes.first { $0.role == role && $0.index == index })
      #expect(kill(victim.pid, SIGKILL) == 0)
      _ = try await wait("disturbed") { status in
        status.processes.contains { $0.role == role && $0.index == index && $0.pid != victim.pid }
      }
    }
    let ending = try await running.end(within: 240)
    #expect(ending.code == 0, "\(ending.errors)")
    let last = try await status("disturbed")
    #expect(last.step == 300)
    let loss = try #require(last.loss)
    #expect(loss < max(2 * calmLoss, 0.05), "\(loss) where an undisturbed run has \(calmLoss)")
  }

  @Test func `that is stopped goes on from where it was, with other numbers of servers`() async throws {
    let running = try start("resumed", steps: 200)
    _ = try await wait("resumed") { $0.step >= 30 }
    let stop = try await Programs.antiphon("stop", scratch.path("resumed"), in: scratch)
    #expect(stop.code == 0, "\(stop.errors)")
    #expect(try await running.end(within: 60).code == 0)
    let stopped = try await status("resumed")
    let checkpoint = try #require(stopped.lastCheckpointStep)
    #expect(checkpoint == stopped.step && checkpoint < 200)

    for (servers, steps) in [("3", "210"), ("1", "220")] {
      let ending = try await Programs.antiphon(
        "train", "--run", scratch.path("resumed"), "--resume", "--servers", servers, "--steps", steps, in: scratch,
        within: 120)
      #expect(ending.code == 0, "\(ending.errors)")
      #expect(try await status("resumed").step == Int(steps))
    }
    let evaluation = try await Programs.antiphon(
      "evaluate", scratch.path("resumed"), "--data", dataset, "--json", in: scratch)
    #expect(evaluation.code == 0, "\(evaluation.errors)")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any])
    #expect(try #require(report["auc"] as? Double) > 0.95, "three kinds of sound that differ this much")
  }

  @Test func `takes more workers and fewer while it goes on`() async throws {
    let running = try start("scaled", steps: 100_000)
    func workers(_ status: RunStatus) -> Int { status.processes.count { $0.role == .worker && $0.state == .running } }
    _ = try await wait("scaled") { workers($0) == 2 }
    for count in [4, 1] {
      let scale = try await Programs.antiphon(
        "scale", scratch.path("scaled"), "--workers", "\(count)", in: scratch)
      #expect(scale.code == 0, "\(scale.errors)")
      _ = try await wait("scaled") { workers($0) == count }
    }
    kill(running.process.processIdentifier, SIGINT)
    #expect(try await running.end(within: 60).code == 0)
    let last = try await status("scaled")
    #expect(last.lastCheckpointStep == last.step)
  }

  private func start(_ name: String, steps: Int) throws -> Programs.Running {
    try Programs.start(
      "antiphon",
      [
        "train", "--model", "fc-2x32", "--data", dataset, "--run", scratch.path(name), "--servers", "2", "--workers",
        "2", "--steps", "\(steps)", "--batch", "16", "--learning-rate", "1e-3", "--checkpoint-steps", "20",
      ], in: scratch)
  }

  private func status(_ name: String) async throws -> RunStatus {
    try #require(try await statusIfThereIsOne(name))
  }

  /// `nil` before the run has started.
  private func statusIfThereIsOne(_ name: String) async throws -> RunStatus? {
    let ending = try await Programs.antiphon("status", scratch.path(name), "--json", in: scratch)
    guard ending.code == 0 else { return nil }
    return try JSONDecoder().decode(RunStatus.self, from: Data(ending.output.utf8))
  }

  /// Asks how a run is until it is as it should be.
  private func wait(_ name: String, until isReached: (RunStatus) -> Bool) async throws -> RunStatus {
    let deadline = ContinuousClock.now + .seconds(120)
    while true {
      if let status = try await statusIfThereIsOne(name), isReached(status) { return status }
      try #require(ContinuousClock.now < deadline, "the run \(name) did not come that far within 120 s")
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}
