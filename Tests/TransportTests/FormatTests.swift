import Parameters
import Tensors
import Testing
import Wire

@testable import Transport

/// A weight and a statistic; the first in 14 chunks.
private let manifest = Manifest(
  [
    .init(name: "weight", shape: [41, 31], kind: .weight), .init(name: "mean", shape: [31], kind: .statistic),
  ], chunkValues: 100)

private func server(
  in context: Context, weights: ValueFormat, gradients: String, optimizer: any Optimizer = Summing(), rate: Float = 1
) throws -> TestServer {
  var settings = settings(rate: rate)
  settings.weightFormat = weights
  settings.gradientFormat = try GradientFormat(parsing: gradients)
  settings.statisticsDecay = 0
  return try TestServer(in: context, manifest: manifest, settings: settings, optimizer: optimizer) {
    zeros($0, of: manifest)
  }
}

private func client(
  of address: String, in context: Context, weights: ValueFormat, gradients: String
) throws -> RemoteParameters {
  let lines = try lines(in: context) { _ in address }
  let incarnation = try lines.join(Request.Join(index: 0, process: 0, manifest: manifest.digest, vocabulary: ""))
  return RemoteParameters(
    lines, manifest: manifest, incarnation: incarnation, weights: weights,
    gradients: try GradientFormat(parsing: gradients))
}

extension TestServer {
  fileprivate var weights: [Float] {
    zip(report.states, manifest.chunks).filter { $1.tensor == 0 }.flatMap { $0.0.values.array }
  }
}

extension ValueFormat {
  /// What comes out at the other end.
  fileprivate func passed(_ values: [Float]) -> [Float] {
    guard let half else { return values }
    let message = Message(Tensor([values.count], values: values), 0..<values.count, as: self)
    return half.read(message.bytes).array
  }
}

@Suite struct `Values that travel in fewer bytes` {
  private let clocks: UInt64 = 40

  /// Whole numbers that the format holds: of two values each, or not 0 in fewer than half of the places.
  private func gradient(_ gradients: String, _ worker: Int, _ clock: UInt64) -> [Float] {
    let number = Float(worker * 100 + Int(clock))
    return (0..<manifest.entries[0].count).map { index in
      gradients.hasPrefix("top") ? (index % 3 == 0 ? number : 0) : (index % 2 == 0 ? number : -number)
    }
  }

  @Test(arguments: [
    (ValueFormat.float16, "float16"), (.bfloat16, "bfloat16"), (.bfloat16, "one-bit"), (.float32, "top:0.5"),
  ])
  func `are applied exactly once, though messages are lost, come twice and overtake one another`(
    weights: ValueFormat, gradients: String
  ) throws {
    let context = try Context()
    let server = try server(in: context, weights: weights, gradients: gradients)
    let proxy = ScramblingProxy(to: server.address, in: context, seed: 5)
    let address = proxy.address
    let threads = (0..<2).map { worker in
      Background { try work(worker, at: address, in: context, weights: weights, gradients: gradients) }
    }
    for thread in threads { try thread.value() }
    #expect(proxy.count(of: .isLost) > 10)
    try proxy.stop()
    let last = try client(of: server.address, in: context, weights: weights, gradients: gradients)
    var pulled = Received(manifest)
    last.pull(tensors: 0..<2)
    try last.wait(forTensors: 0..<2) { pulled.install($0, $1, $2) }
    try server.stop()
    var expected = [Float](repeating: 0, count: manifest.entries[0].count)
    for worker in 0..<2 {
      for clock in 1...clocks {
        for (index, value) in gradient(gradients, worker, clock).enumerated() { expected[index] += value }
      }
    }
    #expect(server.weights == expected)
    #expect(pulled.values[0] == weights.passed(expected))
    #expect(pulled.values[1] == [Float](repeating: 0.1, count: 31), "a statistic is not rounded")
  }

  private func work(
    _ worker: Int, at address: String, in context: Context, weights: ValueFormat, gradients: String
  ) throws {
    let client = try client(of: address, in: context, weights: weights, gradients: gradients)
    for clock in 1...clocks {
      let values = [gradient(gradients, worker, clock), [Float](repeating: 0.1, count: 31)]
      client.push(
        clock: clock, tensors: 0..<2,
        gradients: zip(manifest.entries, values).map { Tensor($0.shape, values: $1) })
      try client.wait(forTensors: 0..<2) { _, _, _ in }
    }
  }

  /// Descends to the least of a bowl, whose gradient is where one stands less where the least is.
  @Test(arguments: [
    (ValueFormat.float32, "float32"), (.bfloat16, "bfloat16"), (.float16, "float16"), (.bfloat16, "top:0.1"),
    (.bfloat16, "one-bit"),
  ])
  func `lead where all values lead`(weights: ValueFormat, gradients: String) throws {
    let context = try Context()
    let server = try server(
      in: context, weights: weights, gradients: gradients, optimizer: Descending(), rate: 0.05)
    let client = try client(of: server.address, in: context, weights: weights, gradients: gradients)
    let entry = manifest.entries[0]
    var generator = SeededGenerator(seed: 2)
    let least = generator.normal(entry.count, deviation: 1)
    var received = Received(manifest)
    client.pull(tensors: 0..<1)
    for clock in 1...400 as ClosedRange<UInt64> {
      try client.wait(forTensors: 0..<1) { received.install($0, $1, $2) }
      let slope = zip(received.values[0], least).map { $0 - $1 }
      client.push(clock: clock, tensors: 0..<1, gradients: [Tensor(entry.shape, values: slope)])
    }
    try client.wait(forTensors: 0..<1) { _, _, _ in }
    try server.stop()
    let farthest = zip(server.weights, least).map { abs($0 - $1) }.max()!
    #expect(farthest < 0.02)
  }
}

@Suite struct `Values in a format that they should not have` {
  private let context: Context
  private let running: TestServer
  private let size = manifest.chunks[0].count

  init() throws {
    context = try Context()
    running = try server(in: context, weights: .bfloat16, gradients: "top:0.02")
  }

  /// Why a push of the first two chunks is not taken.
  private func expectRefusal(_ second: [UInt8], _ reason: String) throws {
    let lines = try lines(in: context) { [running] _ in running.address }
    let chunks = [ChunkVersion(chunk: 0, version: 0), ChunkVersion(chunk: 1, version: 0)]
    let first = Message(pairs([(0, 1), (5, 1)]))
    lines.ask(0, .push(.init(incarnation: 1, clock: 1, chunks: chunks)), parts: [first, Message(second)])
    #expect(throws: TransportError.refused(reason)) { try lines.drive(until: { false }, handle: { _ in }) }
  }

  private func pairs(_ pairs: [(UInt32, Float)]) -> [UInt8] {
    (pairs.map(\.0) + pairs.map(\.1.bitPattern)).flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 0xff) } }
  }

  @Test func `are refused in one line, and nothing of a push is applied`() throws {
    let wrong = "chunk 1 came with bytes that are no gradient as top:0.02"
    try expectRefusal(pairs([(0, 1), (UInt32(size), 1)]), wrong)
    try expectRefusal(pairs([(5, 1), (5, 1)]), wrong)
    try expectRefusal(pairs([(5, 1), (4, 1)]), wrong)
    try expectRefusal(pairs([(4, 1), (5, .nan)]), wrong)
    try expectRefusal(pairs([(4, 1)]), "chunk 1 has 16 bytes, a push brings 8")
    try expectRefusal([UInt8](repeating: 0, count: 4 * size), "chunk 1 has 16 bytes, a push brings \(4 * size)")
    try running.stop()
    #expect(running.report.states.filter { $0.version != 0 || !$0.applied.isEmpty }.count == 0)
    #expect(running.weights.filter { $0 != 0 }.count == 0)
  }

  /// A worker that was told otherwise.
  @Test func `end the worker that gets them`() throws {
    let client = try client(of: running.address, in: context, weights: .float32, gradients: "top:0.02")
    client.pull(tensors: 0..<1)
    #expect(throws: TransportError.wrong("chunk 0 expected in \(4 * size) bytes, \(2 * size) came")) {
      try client.wait(forTensors: 0..<1) { _, _, _ in }
    }
    try running.stop()
  }
}
