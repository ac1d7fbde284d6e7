import Foundation
import Telemetry
import Testing

/// Real servers that listen beyond loopback, and who comes to them.
@Suite(.serialized) struct `A run beyond loopback` {
  private let scratch: Scratch
  private let run: TrainedRun

  init() async throws {
    scratch = try Scratch()
    run = TrainedRun("open", of: try await SmallDataset.prepare(in: scratch), in: scratch)
  }

  private func configure(steps: Int) async throws {
    let made = try await Programs.start("antiphon", run.options(steps: steps) + ["--only-configure"], in: scratch)
      .end(within: 30)
    try #require(made.code == 0, "\(made.errors)")
  }

  private func server(_ index: Int, _ options: String...) throws -> Programs.Running {
    try Programs.start(
      "paramserver",
      [
        "--run", run.folder, "--index", "\(index)", "--count", "2", "--listen", "tcp://0.0.0.0:0", "--advertise",
        "127.0.0.1",
      ] + options, in: scratch)
  }

  private func worker(_ index: Int, _ options: [String]) throws -> Programs.Running {
    try Programs.start("worker", ["--index", "\(index)", "--threads", "1"] + options, in: scratch)
  }

  private func addresses() async throws -> String {
    let status = try await run.wait { $0.processes.count { $0.role == .server } == 2 }
    return status.processes.filter { $0.role == .server }.map(\.address).joined(separator: ",")
  }

  @Test func `is trained by those who have its keys, and by nobody else`() async throws {
    try await configure(steps: 100_000)
    let servers = [try server(0), try server(1)]
    let addresses = try await addresses()

    let plain = try await worker(0, ["--servers", addresses, "--patience", "3"]).end(within: 30)
    #expect(plain.code == 75 && plain.errors.contains("are the keys right?"), "\(plain.errors)")
    // Another run's keys: made well, but not of these servers.
    let other = TrainedRun("other", of: run.dataset, in: scratch)
    let made = try await Programs.start("antiphon", other.options(steps: 1) + ["--only-configure"], in: scratch)
      .end(within: 30)
    try #require(made.code == 0, "\(made.errors)")
    let strange = try await worker(
      0, ["--servers", addresses, "--keys", "\(other.folder)/keys/client", "--patience", "3"]
    ).end(within: 30)
    #expect(strange.code == 75 && strange.errors.contains("are the keys right?"), "\(strange.errors)")
    let told = try await worker(
      0, ["--rendezvous", "\(run.folder)/members", "--keys", "\(other.folder)/keys/client"]
    ).end(within: 30)
    #expect(told.code == 78 && told.errors.contains("is expected of it"), "\(told.errors)")
    let refusing = try await run.wait { $0.refusedConnections >= 2 }
    #expect(refusing.step == 0 && !refusing.processes.contains { $0.role == .worker })
    let text = try await Programs.antiphon("status", run.folder, in: scratch)
    #expect(text.output.contains("\nrefused     "), "\(text.output)")

    let inside = try worker(0, ["--rendezvous", "\(run.folder)/members"])
    try await run.wait { $0.step >= 10 }
    let file = scratch.path("node-7.keys")
    let added = try await Programs.antiphon(
      "keys", run.folder, "--add", "node-7", "--into", file, "--json", in: scratch)
    try #require(added.code == 0, "\(added.errors)")
    #expect(added.output.contains(#""name":"node-7""#))
    let outside = try worker(7, ["--servers", addresses, "--keys", file])
    let step = try await run.wait { $0.processes.contains { $0.role == .worker && $0.index == 7 } }.step
    try await run.wait { $0.step > step + 20 && $0.lastCheckpointStep != nil }

    let stop = try await Programs.antiphon("stop", run.folder, in: scratch)
    #expect(stop.code == 0, "\(stop.errors)")
    for process in servers + [inside, outside] {
      let ending = try await process.end(within: 30)
      #expect(ending.code == 0, "\(ending.errors)")
    }
  }

  @Test func `has no servers before it has keys, unless they are told to do without`() async throws {
    try await configure(steps: 30)
    let keys = "\(run.folder)/keys"
    try FileManager.default.removeItem(atPath: keys)
    let refused = try await server(0).end(within: 30)
    #expect(refused.code == 78 && refused.errors.contains("'antiphon keys \(run.folder)'"), "\(refused.errors)")
    #expect(refused.errors.split(separator: "\n").count { !$0.contains(" notice ") } == 1)

    let servers = [try server(0, "--insecure"), try server(1, "--insecure")]
    let worker = try worker(0, ["--servers", try await addresses()])
    for process in servers + [worker] {
      let ending = try await process.end(within: 60)
      #expect(ending.code == 0, "\(ending.errors)")
    }
    #expect(!FileManager.default.fileExists(atPath: keys))

    for expected in ["keys are made", "there are keys"] {
      let made = try await Programs.antiphon("keys", run.folder, in: scratch)
      #expect(made.code == 0 && made.output.hasPrefix("\(keys): \(expected)\n"), "\(made.output)\(made.errors)")
    }
    #expect(chmod("\(keys)/server", 0o644) == 0)
    for ending in [
      try await server(0).end(within: 30), try await Programs.antiphon("keys", run.folder, in: scratch),
      try await self.worker(0, ["--servers", "127.0.0.1:1", "--keys", "\(keys)/server"]).end(within: 30),
    ] {
      #expect(ending.code == 78 && ending.errors.contains("\(keys)/server (mode 644)"), "\(ending.errors)")
      #expect(ending.errors.split(separator: "\n").count { !$0.contains(" notice ") } == 1 && ending.output.isEmpty)
    }
  }
}
