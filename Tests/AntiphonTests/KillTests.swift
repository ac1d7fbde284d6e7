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
    let run = run("disturbed")
    // So many that it still goes on when the last of them is killed, on a busy machine too.
    let running = try run.start(steps: 2000, ["--checkpoint-steps", "50"])
    let kills: [(role: ProcessStatus.Role, index: Int, follows: String)] = [
      (.worker, 0, "worker 0 joins"), (.server, 1, "server 1 was started anew"), (.server, 0, "server 0 begins"),
    ]
    for (role, index, follows) in kills {
      let before = try await run.wait { status in
        status.lastCheckpointStep != nil && status.processes.contains { $0.role == role && $0.index == index }
      }
      let victim = try #require(before.processes.first { $0.role == role && $0.index == index })
      let said = try run.events().count
      #expect(kill(victim.pid, SIGKILL) == 0)
      try await run.wait(after: said) { $0.text.hasPrefix(follows) }
    }
    let ending = try await running.end(within: 240)
    #expect(ending.code == 0, "\(ending.errors)")
    let last = try await run.status()
    // What a worker computes while server 0 is replaced counts too: one mini-batch of each worker at most.
    #expect((2000...2002).contains(last.step))
    #expect(try #require(last.loss) < 0.05)
    let told = try run.events()
    #expect(told.count { $0.kind == .started } == 2 && told.last?.kind == .ended, "\(told.map(\.text))")
    #expect(told.contains { $0.kind == .checkpoint && $0.step >= last.step }, "\(told.map(\.text))")
  }

  @Test func `that is stopped goes on from where it was, with other numbers of servers`() async throws {
    let running = try run("resumed").start(steps: 100_000)
    _ = try await run("resumed").wait { $0.step >= 30 }
    let stop = try await Programs.antiphon("stop", scratch.path("resumed"), in: scratch)
    #expect(stop.code == 0, "\(stop.errors)")
    #expect(try await running.end(within: 60).code == 0)
    let stopped = try await run("resumed").status()
    let checkpoint = try #require(stopped.lastCheckpointStep)
    #expect(checkpoint == stopped.step && checkpoint < 100_000)

    for (servers, steps) in [("3", checkpoint + 200), ("1", checkpoint + 210)] {
      let ending = try await Programs.antiphon(
        "train", "--run", scratch.path("resumed"), "--resume", "--servers", servers, "--steps", "\(steps)",
        in: scratch, within: 120)
      #expect(ending.code == 0, "\(ending.errors)")
      #expect(try await run("resumed").status().step == steps)
    }
    let evaluation = try await Programs.antiphon(
      "evaluate", scratch.path("resumed"), "--data", dataset, "--json", in: scratch)
    #expect(evaluation.code == 0, "\(evaluation.errors)")
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any])
    #expect(try #require(report["auc"] as? Double) > 0.95, "three kinds of sound that differ this much")
  }

  @Test func `takes more workers and fewer while it goes on`() async throws {
    let running = try run("scaled").start(steps: 100_000)
    func workers(_ status: RunStatus) -> Int { status.processes.count { $0.role == .worker && $0.state == .running } }
    _ = try await run("scaled").wait { workers($0) == 2 }
    for count in [4, 1] {
      let scale = try await Programs.antiphon(
        "scale", scratch.path("scaled"), "--workers", "\(count)", in: scratch)
      #expect(scale.code == 0, "\(scale.errors)")
      #expect(scale.output == "the run is to have \(count) worker\(count == 1 ? "" : "s")\n", "and it has them")
      _ = try await run("scaled").wait { workers($0) == count }
    }
    kill(running.process.processIdentifier, SIGINT)
    #expect(try await running.end(within: 60).code == 0)
    let last = try await run("scaled").status()
    #expect(last.lastCheckpointStep == last.step)
  }

  private func run(_ name: String) -> TrainedRun { TrainedRun(name, of: dataset, in: scratch) }
}
