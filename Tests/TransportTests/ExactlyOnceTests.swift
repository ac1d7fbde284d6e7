import Parameters
import Tensors
import Testing
import Wire

@testable import Transport

/// Workers that push whole numbers to servers which add them: what is lost or counted twice shows in the sums.
@Suite struct `Each push is applied exactly once` {
  private let workers = 3
  private let servers = 2

  @Test func `though connections are cut in the middle of frames`() throws {
    let proxies = try run(clocks: 150) { server, address, _ in
      try CuttingProxy(to: address, bytesBetweenCuts: 2_000...250_000, seed: UInt64(server))
    } address: {
      $0.address
    } close: {
      $0.close()
    }
    #expect(proxies.reduce(0) { $0 + $1.cuts } > 10)
  }

  @Test func `though messages are lost, come twice and overtake one another`() throws {
    let proxies = try run(clocks: 120) { server, address, context in
      ScramblingProxy(to: address, in: context, seed: UInt64(server))
    } address: {
      $0.address
    } close: {
      try $0.stop()
    }
    for fate in [ScramblingProxy.Fate.isLost, .comesTwice, .comesLater] {
      #expect(proxies.reduce(0) { $0 + $1.count(of: fate) } > 100)
    }
  }

  /// Has all workers push through a proxy in front of each server, and compares the servers' sums.
  private func run<Proxy>(
    clocks: UInt64, proxy: (Int, String, Context) throws -> Proxy, address: (Proxy) -> String,
    close: (Proxy) throws -> Void
  ) throws -> [Proxy] {
    let context = try Context()
    let settings = settings(servers: servers)
    let running = try (0..<servers).map {
      try TestServer(
        $0, of: servers, in: context, manifest: smallManifest, settings: settings, optimizer: Summing(),
        state: { zeros($0) })
    }
    let proxies = try running.enumerated().map { try proxy($0, $1.address, context) }
    let addresses = proxies.map(address)
    let threads = (0..<workers).map { worker in
      Background { try work(worker, clocks: clocks, in: context, servers: addresses) }
    }
    for thread in threads { try thread.value() }
    for proxy in proxies { try close(proxy) }
    for server in running { try server.stop() }
    let states = running.flatMap { $0.report.states }
    try #require(states.count == smallManifest.chunks.count)
    for (index, (state, chunk)) in zip(states, smallManifest.chunks).enumerated() {
      let expected = (0..<chunk.count).map { position in sum(chunk, position, clocks: clocks) }
      #expect(state.values.array == expected, "chunk \(index)")
      #expect(state.version == workers * Int(clocks))
    }
    #expect(running[0].report.examples == workers * Int(clocks) * 5)
    return proxies
  }

  /// What all workers together push to one value; all sums are exact in a Float.
  private func sum(_ chunk: Chunk, _ position: Int, clocks: UInt64) -> Float {
    let index = chunk.rows.lowerBound * chunk.rowLength + position
    return (0..<workers).reduce(0) { sum, worker in
      (1...clocks).reduce(sum) { $0 + gradient(worker, $1, chunk.tensor, index) }
    }
  }
}

/// A whole number that differs from worker to worker, clock to clock and value to value.
private func gradient(_ worker: Int, _ clock: UInt64, _ tensor: Int, _ index: Int) -> Float {
  Float((worker + 1) * 1000 + Int(clock) * 3 + tensor * 50 + index % 7)
}

/// Pushes last tensor first and waits first tensor first, as training does.
private func work(_ worker: Int, clocks: UInt64, in context: Context, servers: [String]) throws {
  let lines = try lines(in: context, servers: servers.count) { servers[$0] }
  let (incarnation, _) = try lines.join(
    Request.Join(index: UInt32(worker), process: 0, manifest: smallManifest.digest, vocabulary: ""))
  let client = RemoteParameters(lines, manifest: smallManifest, incarnation: incarnation)
  _ = try client.pullAll()
  client.advance(weights: 0, completed: nil)
  for clock in 1...clocks {
    let instruction = try client.awaitDirective { _, _, _ in }
    #expect(instruction.directive == .proceed)
    for tensor in 0..<3 { try client.wait(forTensors: tensor..<tensor + 1) { _, _, _ in } }
    for tensor in (0..<3).reversed() {
      let entry = smallManifest.entries[tensor]
      let values = (0..<entry.count).map { gradient(worker, clock, tensor, $0) }
      client.push(clock: clock, tensors: tensor..<tensor + 1, gradients: [Tensor(entry.shape, values: values)])
    }
    client.advance(
      weights: 0, completed: .init(clock: clock, basedOnStep: instruction.step, examples: 5, loss: 1))
  }
  _ = try client.awaitDirective { _, _, _ in }
  try client.wait(forTensors: 0..<3) { _, _, _ in }
}
