import Parameters
import Tensors
import Testing

@Suite struct `A store that averages the gradients of several workers` {
  @Test(arguments: [[0, 1, 2], [2, 1, 0], [1, 2, 0]])
  func `applies one average of exactly so many, in whichever order they come`(order: [Int]) {
    var store = ParameterStore(summing: .small(), .sync(workers: 3))
    let gradients: [Float] = [3, 6, 18]
    for (count, worker) in order.enumerated() {
      let outcome = store.push(gradients[worker], worker: UInt64(worker), clock: 1)
      #expect(outcome == (count < 2 ? .pending : .applied(staleness: 0)))
      #expect(store[0].version == (count < 2 ? 0 : 1))
    }
    #expect(store.values() == [9, 9])
  }

  @Test func `is independent of the order but for rounding`() {
    let gradients: [Float] = [0.1, -7.3, 1e-3, 123.456]
    let results = (0..<4).map { shift in
      var store = ParameterStore(summing: .small(), .sync(workers: 4))
      for index in 0..<4 {
        let worker = (index + shift) % 4
        _ = store.push(gradients[worker], worker: UInt64(worker), clock: 1)
      }
      return store.values()[0]
    }
    for result in results { #expect(abs(result - results[0]) <= 4 * results[0].ulp) }
  }

  @Test func `takes one gradient of a worker for an update, however often it comes`() {
    var store = ParameterStore(summing: .small(), .sync(workers: 2))
    let push = ChunkState.Applied(incarnation: 1, clock: 1)
    #expect(store.push(4, worker: 1, clock: 1) == .pending)
    #expect(store.isPending(push, chunk: 0))
    #expect(store.push(4, worker: 1, clock: 1) == .pending)
    #expect(store.push(100, worker: 1, clock: 2) == .pending)
    #expect(store[0].version == 0)
    #expect(store.push(8, worker: 2, clock: 1) == .applied(staleness: 0))
    #expect(store.values() == [6, 6])
    #expect(!store.isPending(push, chunk: 0))
    #expect(store.push(4, worker: 1, clock: 1) == .duplicate)
    #expect(store.push(8, worker: 2, clock: 1) == .duplicate)
    #expect(store[0].version == 1)
  }

  @Test func `drops a gradient whose update others have made, and answers it`() {
    var store = ParameterStore(summing: .small(), .sync(workers: 2))
    _ = store.push(2, worker: 1, clock: 1)
    _ = store.push(4, worker: 2, clock: 1)
    #expect(store.push(100, worker: 3, clock: 1, basedOn: 0) == .late)
    #expect(store[0].contains(.init(incarnation: 3, clock: 1)))
    #expect(store.push(100, worker: 3, clock: 1, basedOn: 0) == .duplicate)
    #expect(store.push(6, worker: 3, clock: 2, basedOn: 1) == .pending)
    #expect(store.push(8, worker: 1, clock: 2, basedOn: 1) == .applied(staleness: 0))
    #expect(store.values() == [10, 10])
  }

  /// One worker died after its push; two others push at once, and reach two servers in different orders.
  @Test func `never lets two workers wait for each other, each with another chunk`() {
    var store = ParameterStore(summing: .small(2), .sync(workers: 2))
    for chunk in 0..<2 { #expect(store.push(1, worker: 9, clock: 1, chunk: chunk) == .pending) }
    for (chunk, order) in [(0, [1, 2]), (1, [2, 1])] as [(Int, [UInt64])] {
      #expect(store.push(1, worker: order[0], clock: 1, chunk: chunk) == .applied(staleness: 0))
      #expect(store.push(1, worker: order[1], clock: 1, chunk: chunk) == .late)
    }
  }

  @Test func `averages statistics too`() {
    var store = ParameterStore(summing: .small(kind: .statistic), .sync(workers: 2), statisticsDecay: 0.5)
    _ = store.push(2, worker: 1, clock: 1)
    _ = store.push(6, worker: 2, clock: 1)
    #expect(store.values() == [2, 2])
  }
}
