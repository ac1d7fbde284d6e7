import Foundation
import FoundationNetworking
import Testing

/// What launchers that watch processes from outside ask of the two programs: Kubernetes' kubelet and its Jobs.
@Suite(.serialized) struct `Processes under a launcher` {
  private let scratch: Scratch
  private let run: TrainedRun

  init() async throws {
    scratch = try Scratch()
    run = TrainedRun("launched", of: try await SmallDataset.prepare(in: scratch), in: scratch)
  }

  private func configure(steps: Int) async throws {
    let made = try await Programs.start("antiphon", run.options(steps: steps) + ["--only-configure"], in: scratch)
      .end(within: 30)
    try #require(made.code == 0, "\(made.errors)")
  }

  private func server(_ index: Int) throws -> Programs.Running {
    try Programs.start(
      "paramserver",
      ["--run", run.folder, "--index", "\(index)", "--count", "2", "--http", "0", "--retry-unfinished"], in: scratch)
  }

  private func worker() throws -> Programs.Running {
    try Programs.start(
      "worker", ["--rendezvous", "\(run.folder)/members", "--threads", "1", "--http", "0", "--retry-unfinished"],
      in: scratch)
  }

  /// Asks a process for a page until it answers as it should.
  private func wait(
    for status: Int, containing text: String? = nil, at path: String, of process: Programs.Running
  ) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while true {
      if let page = try await page(path, of: process), page.status == status, text.map(page.text.contains) ?? true {
        return
      }
      try #require(
        process.process.isRunning && ContinuousClock.now < deadline,
        "\(path) was to answer \(status): \(process.errorsSoFar)")
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// `nil` before the process says where its pages are.
  private func page(_ path: String, of process: Programs.Running) async throws -> (status: Int?, text: String)? {
    guard let place = process.errorsSoFar.firstMatch(of: /address=(\S+) .*pages|pages.*address=(\S+)/) else {
      return nil
    }
    let url = try #require(URL(string: "http://\(place.1 ?? place.2 ?? "")\(path)"))
    let (data, response) = try await URLSession.shared.data(from: url)
    return ((response as? HTTPURLResponse)?.statusCode, String(decoding: data, as: UTF8.self))
  }

  @Test func `tell when they are ready, and where the run is not done that they are to be started again`() async throws
  {
    try await configure(steps: 100_000)
    let worker = try worker()
    try await wait(for: 200, at: "/healthz", of: worker)
    try await wait(for: 503, at: "/readyz", of: worker)
    let servers = [try server(0), try server(1)]
    for process in servers + [worker] {
      try await wait(for: 200, at: "/readyz", of: process)
      try await wait(for: 200, at: "/healthz", of: process)
    }
    try await run.wait { $0.step >= 10 }
    try await wait(for: 200, containing: "\nantiphon_loss ", at: "/metrics", of: servers[0])
    try await wait(for: 200, containing: "\nantiphon_staleness_count ", at: "/metrics", of: servers[1])
    try await wait(for: 200, containing: "\nantiphon_worker_batches_total ", at: "/metrics", of: worker)
    kill(servers[1].process.processIdentifier, SIGTERM)
    for process in servers + [worker] {
      let ending = try await process.end(within: 60)
      #expect(ending.code == 75, "\(ending.errors)")
    }
    // Started again, they go on from the checkpoint that they made.
    let again = [try server(0), try server(1), try self.worker()]
    try await run.wait { $0.step > $0.lastCheckpointStep ?? .max }
    kill(again[2].process.processIdentifier, SIGTERM)
    let told = try await again[2].end(within: 30)
    #expect(told.code == 75, "\(told.errors)")
  }

  @Test func `end well when the run has all its steps`() async throws {
    try await configure(steps: 20)
    for process in [try server(0), try server(1), try worker()] {
      let ending = try await process.end(within: 60)
      #expect(ending.code == 0, "\(ending.errors)")
    }
  }
}
