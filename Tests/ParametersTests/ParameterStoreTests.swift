import Parameters
import Tensors
import Testing

@Suite struct `A store that applies each gradient as it comes` {
  @Test func `applies a push once, and refuses it and older ones by name`() {
    var store = ParameterStore(summing: .small(), .async)
    #expect(store.push(1, worker: 7, clock: 2) == .applied(staleness: 0))
    #expect(store.push(1, worker: 7, clock: 2) == .duplicate)
    #expect(store.push(8, worker: 7, clock: 1) == .duplicate)  // a worker's clocks come in order
    #expect(store.push(1, worker: 8, clock: 2, basedOn: 0) == .applied(staleness: 1))
    #expect(store.push(1, worker: 7, clock: 3, basedOn: 2) == .applied(staleness: 0))
    #expect(store.values() == [3, 3])
    #expect(store[0].version == 3)
  }

  @Test(arguments: 0..<30) func `has the exact sum after any mix of retries and orders`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var store = ParameterStore(summing: .small(3), .async)
    var expected = [Float](repeating: 0, count: 3)
    var last: [UInt64: UInt64] = [:]
    var sent: [(worker: UInt64, clock: UInt64)] = []
    for _ in 0..<60 {
      if let old = sent.randomElement(using: &generator), Bool.random(using: &generator) {
        // A retry of all or some chunks, perhaps long after others have followed.
        let chunk = Int.random(in: 0..<3, using: &generator)
        #expect(store.push(1000, worker: old.worker, clock: old.clock, chunk: chunk) == .duplicate)
        continue
      }
      let worker = UInt64.random(in: 1...4, using: &generator)
      let clock = (last[worker] ?? 0) + 1
      last[worker] = clock
      sent.append((worker, clock))
      for chunk in (0..<3).shuffled(using: &generator) {
        let value = Float(Int.random(in: -9...9, using: &generator))
        let version = store[chunk].version
        #expect(
          store.push(value, worker: worker, clock: clock, chunk: chunk, basedOn: version) == .applied(staleness: 0))
        expected[chunk] += value
      }
    }
    for chunk in 0..<3 { #expect(store.values(ofChunk: chunk) == [expected[chunk], expected[chunk]]) }
  }

  @Test(arguments: [Manifest.Kind.weight, .statistic])
  func `applies gradients that wait in one pass as it does one after the other`(kind: Manifest.Kind) {
    let manifest = Manifest([.init(name: "t", shape: [20_001], kind: kind)])
    var generator = SeededGenerator(seed: 3)
    let gradients = (0..<4).map { number in
      PushedGradient(
        name: .init(incarnation: UInt64(number % 3), clock: UInt64(number)), basedOn: 0,
        values: Tensor([20_001], values: generator.normal(20_001, deviation: 1)))
    }
    let retried = [gradients[0], gradients[1], gradients[1], gradients[2], gradients[0], gradients[3]]
    var together = ParameterStore(manifest, owned: 0..<1, settings: .sample(), optimizer: Adam()) { _ in
      ChunkState(values: Tensor([20_001]), slots: [Tensor([20_001]), Tensor([20_001])])
    }
    var apart = together
    let outcomes = together.push(retried, chunk: 0)
    #expect(outcomes == retried.map { apart.push([$0], chunk: 0)[0] })
    #expect(outcomes.filter { $0 == .duplicate }.count == 2)
    #expect(together.values() == apart.values())
    #expect(together[0].version == 4)
    #expect(together[0].applied == apart[0].applied)
  }

  @Test func `moves statistics towards what was seen`() {
    var store = ParameterStore(summing: .small(kind: .statistic), .async, statisticsDecay: 0.75)
    #expect(store.push(8, worker: 1, clock: 1) == .applied(staleness: 0))
    #expect(store.values() == [2, 2])
    #expect(store.push(4, worker: 1, clock: 2, basedOn: 1) == .applied(staleness: 0))
    #expect(store.values() == [2.5, 2.5])
    #expect(store.push(4, worker: 1, clock: 2) == .duplicate)
  }

  @Test func `hands the optimizer the rate and the count of the chunk's own updates`() {
    var settings = RunSettings.sample()
    settings.learningRate = (try? LearningRateSchedule(parsing: "1,2:0.5")) ?? LearningRateSchedule(0)
    var store = ParameterStore(.small(2), owned: 0..<2, settings: settings, optimizer: Recording()) { _ in
      ChunkState(values: Tensor([2]), slots: [])
    }
    for clock in 1...3 as ClosedRange<UInt64> { _ = store.push(9, worker: 1, clock: clock, chunk: 1) }
    #expect(store.values(ofChunk: 1) == [3, 0.5])
    #expect(store.values(ofChunk: 0) == [0, 0])
  }

  @Test func `knows its chunks by their place in the manifest`() {
    var store = ParameterStore(.small(5), owned: 2..<4, settings: .sample(), optimizer: Summing()) { chunk in
      ChunkState(values: Tensor([2], values: [Float(chunk), 0]), slots: [])
    }
    #expect(store.values(ofChunk: 3) == [3, 0])
    #expect(store.push(1, worker: 1, clock: 1, chunk: 2) == .applied(staleness: 0))
    #expect(store.values(ofChunk: 2) == [3, 1])
    #expect(store.values(ofChunk: 3) == [3, 0])
  }

  @Test func `remembers the workers whose gradients came last`() {
    var store = ParameterStore(summing: .small(), .async)
    for worker in 1...4097 as ClosedRange<UInt64> { _ = store.push(1, worker: worker, clock: 5) }
    #expect(store[0].applied.count == 4096)
    #expect(store[0].contains(.init(incarnation: 2, clock: 5)))
    #expect(!store[0].contains(.init(incarnation: 1, clock: 5)))
    _ = store.push(1, worker: 2, clock: 6)
    _ = store.push(1, worker: 9999, clock: 1)
    #expect(store[0].contains(.init(incarnation: 2, clock: 6)))
    #expect(!store[0].contains(.init(incarnation: 3, clock: 5)))
  }
}

/// Writes the count of the update and the rate in place of the values.
private struct Recording: Optimizer {
  let slots: [String] = []

  func update(
    _ chunk: inout ChunkState, in range: Range<Int>, gradient: Span<Float>, step: Int, learningRate: Float
  ) {
    chunk.values = Tensor([2], values: [Float(step), learningRate])
  }
}
