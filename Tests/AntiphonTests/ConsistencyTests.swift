import Foundation
import Telemetry
import Testing

/// Runs of real processes, by the rules other than the default.
@Suite(.serialized) struct `A run by a rule` {
  private let scratch: Scratch
  private let dataset: String

  init() async throws {
    scratch = try Scratch()
    dataset = try await SmallDataset.prepare(in: scratch)
  }

  private func run(_ name: String) -> TrainedRun { TrainedRun(name, of: dataset, in: scratch) }

  /// With two workers the two gradients of a step may be added in either order, which makes no difference to the sum;
  /// with three it is rounded otherwise.
  @Test(arguments: [(1, "uniform"), (2, "uniform"), (3, "uniform"), (2, "balanced")])
  func `of sync that is stopped and resumed ends with the weights of an undisturbed one, with two workers bit by bit`(
    workers: Int, sampling: String
  ) async throws {
    let options = [
      "--consistency", "sync", "--workers", "\(workers)", "--threads", "1", "--checkpoint-steps", "60",
      "--sampling", sampling, "--batch", "48",  // so long that it can be stopped on a busy machine
    ]
    let whole = run("whole")
    let ending = try await whole.start(steps: 300, options).end(within: 120)
    try #require(ending.code == 0, "\(ending.errors)")

    let parts = run("parts")
    for steps in [60, 120] {
      let running =
        try steps == 60
        ? parts.start(steps: 300, options)
        : Programs.start("antiphon", ["train", "--run", parts.folder, "--resume", "--threads", "1"], in: scratch)
      try await parts.wait(after: 0) { event in event.kind == .checkpoint && event.step >= steps }
      kill(running.process.processIdentifier, SIGINT)
      #expect(try await running.end(within: 60).code == 0)
      let status = try await parts.status()
      try #require(status.lastCheckpointStep == status.step)
      // A busy machine may hear so late of the second time that nothing is left: then it was stopped once.
      try #require(status.step < 300 || steps > 60)
      let versions = try SavedCheckpoint(of: parts, step: status.step).versions
      #expect(versions == [status.step], "a checkpoint is of one step")
    }
    if try await parts.status().step < 300 {
      let last = try await Programs.antiphon(
        "train", "--run", parts.folder, "--resume", "--threads", "1", in: scratch, within: 120)
      #expect(last.code == 0, "\(last.errors)")
    }

    let (undisturbed, resumed) = (try SavedCheckpoint(of: whole, step: 300), try SavedCheckpoint(of: parts, step: 300))
    #expect(undisturbed.versions == [300] && resumed.versions == [300])
    #expect(undisturbed.tensors.count > 10)
    #expect(undisturbed.tensors == resumed.tensors || workers > 2)
    #expect(undisturbed.largestDifference(from: resumed) <= 1e-6)
    // Of step 60, or a later one where the disk was slow: in the last 20 steps weights move by little more.
    let earlier = try #require(try SavedCheckpoint.steps(of: whole).first { $0 < 300 })
    #expect(try SavedCheckpoint(of: whole, step: earlier).largestDifference(from: undisturbed) > 1e-3)
    let status = try await parts.status()
    #expect(try await whole.status().examples == status.examples)
    #expect((status.epoch == 0) == (sampling == "balanced"), "only uniform sampling hands out shards")
  }

  @Test func `of sync with a backup worker is not delayed by one that is cut off, nor are its checkpoints`()
    async throws
  {
    let run = run("backup")
    let running = try run.start(steps: 100_000, ["--consistency", "sync:1", "--workers", "3"])
    let before = try await run.wait { $0.step > 20 && $0.processes.count { $0.role == .worker } == 3 }
    let victim = try #require(before.processes.first { $0.role == .worker && $0.index == 1 })
    kill(victim.pid, SIGSTOP)
    let start = ContinuousClock.now
    let then = try await run.status()
    let later = try await run.wait { ($0.lastCheckpointStep ?? 0) > then.step + 20 }
    #expect(ContinuousClock.now - start < .seconds(8), "sooner than it is given up")
    #expect(later.processes.contains { $0.pid == victim.pid })
    kill(victim.pid, SIGCONT)
    let stop = try await Programs.antiphon("stop", run.folder, in: scratch)
    #expect(stop.code == 0, "\(stop.errors)")
    #expect(try await running.end(within: 60).code == 0)
    let last = try await run.status()
    #expect(try SavedCheckpoint(of: run, step: last.step).versions == [last.step])
  }

  @Test(arguments: ["bounded:1", "staleness-aware"])
  func `ends at the step asked for, though a worker is killed`(rule: String) async throws {
    let run = run("killed")
    let running = try run.start(steps: 1000, ["--consistency", rule, "--workers", "3"])
    let before = try await run.wait { $0.step > 20 && $0.processes.count { $0.role == .worker } == 3 }
    let victim = try #require(before.processes.first { $0.role == .worker })
    kill(victim.pid, SIGKILL)
    let ending = try await running.end(within: 120)
    #expect(ending.code == 0, "\(ending.errors)")
    let last = try await run.status()
    #expect(last.step == 1000)
    let exposed = try #require(last.exposedSecondsPerStep)
    let whole = try #require(last.stepSeconds)
    #expect(exposed > 0 && exposed < whole)
    #expect(try #require(last.loss) < 0.3)
  }
}
