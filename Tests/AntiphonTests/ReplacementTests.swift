import Foundation
import Telemetry
import Testing

/// Processes that outlive those who started them, or that are started twice: the run is one all the same.
@Suite(.serialized) struct `A run that is started again` {
  private let scratch: Scratch
  private let dataset: String

  init() async throws {
    scratch = try Scratch()
    dataset = try await SmallDataset.prepare(in: scratch)
  }

  @Test func `right after its supervisor was killed goes on from the last checkpoint of the servers that lived on`()
    async throws
  {
    let run = TrainedRun("orphaned", of: dataset, in: scratch)
    let running = try run.start(steps: 100_000)
    let before = try await run.wait { $0.step >= 40 }
    kill(running.process.processIdentifier, SIGKILL)
    _ = try await running.end(within: 10)
    let resumed = try Programs.start(
      "antiphon", ["train", "--run", run.folder, "--resume", "--servers", "3"], in: scratch)
    try await run.wait { $0.step > before.step && $0.processes.count { $0.role == .server } == 3 }
    kill(resumed.process.processIdentifier, SIGINT)
    let ending = try await resumed.end(within: 60)
    #expect(ending.code == 0, "\(ending.errors)")
    let starts = try log(of: run).split(separator: "\n").filter { $0.contains(" serving") }
    #expect(starts.count == 2 && starts[1].contains("from=step "), "\(starts)")
  }

  @Test func `right after its supervisor and server 0 were killed is not stopped by the server that lived on`()
    async throws
  {
    let run = TrainedRun("headless", of: dataset, in: scratch)
    let running = try run.start(steps: 100_000)
    let before = try await run.wait { $0.lastCheckpointStep != nil }
    let leader = try #require(before.processes.first { $0.role == .server && $0.index == 0 })
    kill(running.process.processIdentifier, SIGKILL)
    kill(leader.pid, SIGKILL)
    _ = try await running.end(within: 10)
    let resumed = try Programs.start("antiphon", ["train", "--run", run.folder, "--resume"], in: scratch)
    try await run.wait { $0.step > before.step + 100 && $0.processes.contains { $0.pid != leader.pid } }
    #expect(resumed.process.isRunning)
    kill(resumed.process.processIdentifier, SIGINT)
    #expect(try await resumed.end(within: 60).code == 0)
  }

  @Test func `by its supervisor does not begin anew where there was a checkpoint`() async throws {
    let run = TrainedRun("emptied", of: dataset, in: scratch)
    let running = try run.start(steps: 100_000)
    let status = try await run.wait { $0.lastCheckpointStep != nil }
    // The record is written every two seconds: it is to know of a checkpoint.
    try await Task.sleep(for: .seconds(3))
    let server = try #require(status.processes.first { $0.role == .server && $0.index == 1 })
    try FileManager.default.moveItem(atPath: "\(run.folder)/checkpoints", toPath: scratch.path("elsewhere"))
    kill(server.pid, SIGKILL)
    let ending = try await running.end(within: 60)
    #expect(ending.code == 78 && ending.errors.contains("expected the checkpoint of step"), "\(ending.errors)")
  }

  @Test func `with a server of an index that there is already has the newer one, and checkpoints go on`() async throws {
    let run = TrainedRun("twice", of: dataset, in: scratch)
    let made = try await Programs.start("antiphon", run.options(steps: 100_000) + ["--only-configure"], in: scratch)
      .end(within: 30)
    try #require(made.code == 0, "\(made.errors)")
    func server(_ index: Int) throws -> Programs.Running {
      try Programs.start("paramserver", ["--run", run.folder, "--index", "\(index)", "--count", "2"], in: scratch)
    }
    let servers = [try server(0), try server(1)]
    let worker = try Programs.start("worker", ["--rendezvous", "\(run.folder)/members", "--index", "0"], in: scratch)
    try await run.wait { $0.lastCheckpointStep != nil }
    let second = try server(1)
    let replaced = try await servers[1].end(within: 30)
    #expect(replaced.code == 78 && replaced.errors.contains("start 2 has taken its place"), "\(replaced.errors)")
    let then = try await run.status().step
    try await run.wait { ($0.lastCheckpointStep ?? 0) > then }
    let stop = try await Programs.antiphon("stop", run.folder, in: scratch)
    #expect(stop.code == 0, "\(stop.errors)")
    for process in [servers[0], second, worker] { #expect(try await process.end(within: 30).code == 0) }
  }

  @Test func `while it is being stopped ends all the same`() async throws {
    let run = TrainedRun("stopped", of: dataset, in: scratch)
    let running = try run.start(steps: 100_000)
    let status = try await run.wait { $0.lastCheckpointStep != nil }
    let leader = try #require(status.processes.first { $0.role == .server && $0.index == 0 })
    let stop = try Programs.start("antiphon", ["stop", run.folder], in: scratch)
    while try !log(of: run).contains("told to stop") { try await Task.sleep(for: .milliseconds(2)) }
    kill(leader.pid, SIGKILL)
    let stopped = try await stop.end(within: 60)
    #expect(stopped.code == 0, "\(stopped.errors)")
    #expect(try await running.end(within: 60).code == 0)
  }

  private func log(of run: TrainedRun) throws -> String {
    try String(contentsOfFile: "\(run.folder)/logs/server-0.log", encoding: .utf8)
  }
}
