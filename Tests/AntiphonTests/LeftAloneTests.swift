import Foundation
import Testing

/// A server whose other one is not there, and that is told to end: it waits for the other one only where that may save
/// something.
@Suite(.serialized) struct `A server that is left alone` {
  private let scratch: Scratch
  private let run: TrainedRun

  init() async throws {
    scratch = try Scratch()
    run = TrainedRun("two", of: try await SmallDataset.prepare(in: scratch), in: scratch)
    let made = try await Programs.start("antiphon", run.options(steps: 100) + ["--only-configure"], in: scratch)
      .end(within: 30)
    try #require(made.code == 0, "\(made.errors)")
  }

  /// Starts a server and waits until it serves.
  private func server(_ index: Int) async throws -> Programs.Running {
    let running = try Programs.start("paramserver", ["--run", run.folder, "--index", "\(index)"], in: scratch)
    for _ in 0..<600 where !running.errorsSoFar.contains(" serving") { try await Task.sleep(for: .milliseconds(50)) }
    try #require(running.errorsSoFar.contains(" serving"), "\(running.errorsSoFar)")
    return running
  }

  /// Tells a server to end, and expects it to do so soon and well.
  private func expectEnd(of server: Programs.Running, _ what: String) async throws {
    kill(server.process.processIdentifier, SIGTERM)
    let ending = try await server.end(within: 30)
    #expect(ending.code == 0, "\(what): \(ending.errors)")
  }

  @Test(arguments: [0, 1]) func `from the beginning ends soon`(index: Int) async throws {
    try await expectEnd(of: server(index), "server \(index)")
  }

  @Test func `by one that died before there was a step ends soon`() async throws {
    let servers = [try await server(0), try await server(1)]
    kill(servers[1].process.processIdentifier, SIGKILL)
    _ = try await servers[1].end(within: 10)
    try await expectEnd(of: servers[0], "server 0")
  }

  @Test func `by a server 0 that has ended the run ends soon`() async throws {
    let servers = [try await server(0), try await server(1)]
    try await expectEnd(of: servers[0], "server 0")
    #expect(try await servers[1].end(within: 10).code == 0)
    try await expectEnd(of: server(1), "server 1, started once more")
  }
}
