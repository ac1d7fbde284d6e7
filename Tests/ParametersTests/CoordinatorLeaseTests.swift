import Foundation
import Parameters
import Tensors
import Testing

@Suite struct `The leases` {
  @Test func `of a worker that did not hear the answer are given again`() {
    var (coordinator, workers) = `The coordinator`.started(.sample(shards: 3), workers: 2)
    let first = coordinator.lease(workers[0], holding: [], read: [], at: 0)
    #expect(coordinator.lease(workers[0], holding: [], read: [], at: 0) == first)
    let second = coordinator.lease(workers[0], holding: [first], read: [], at: 0)
    #expect(second != first)
    #expect(coordinator.lease(workers[0], holding: [first], read: [], at: 0) == second)
    let third = coordinator.lease(workers[1], holding: [], read: [], at: 0)
    #expect(Set([first, second, third]).count == 3)
    #expect(coordinator.lease(workers[0], holding: [second], read: [first], at: 0).epoch == 1)
  }

  @Test func `of a worker that leaves or falls silent are read by another, but not what it has read`() {
    var (coordinator, workers) = `The coordinator`.started(.sample(shards: 4), workers: 3)
    let read = coordinator.lease(workers[0], holding: [], read: [], at: 0)
    let unread = coordinator.lease(workers[0], holding: [read], read: [], at: 0)
    let silent = coordinator.lease(workers[1], holding: [], read: [], at: 0)
    coordinator.leave(workers[0], read: [read])
    #expect(coordinator.lease(workers[2], holding: [], read: [], at: 9) == unread)
    _ = coordinator.dropSilent(at: 11)
    #expect(coordinator.lease(workers[2], holding: [unread], read: [], at: 11) == silent)
    #expect(coordinator.lease(workers[2], holding: [unread, silent], read: [], at: 11).epoch == 0)
    #expect(coordinator.epoch == 0)
  }

  @Test func `of a worker that was cut off and comes back stay with it, if nobody has them`() {
    var (coordinator, workers) = `The coordinator`.started(.sample(shards: 2), workers: 2)
    let held = coordinator.lease(workers[0], holding: [], read: [], at: 0)
    _ = coordinator.dropSilent(at: 11)
    let next = coordinator.lease(workers[0], holding: [held], read: [], at: 12)
    #expect(next != held)
    #expect(coordinator.workers[workers[0]]?.leases == [held, next])
    #expect(coordinator.lease(workers[1], holding: [], read: [], at: 12).epoch == 1)
  }

  @Test(arguments: 0..<40) func `of an epoch are each read exactly once while nobody dies`(seed: UInt64) {
    var readers = SimulatedReaders(seed: seed, shards: Int(seed % 7) + 1, deadliness: 0)
    readers.run(events: 300)
    readers.readToTheEnd(ofEpoch: 2)
    for epoch in 0...2 {
      for shard in 0..<readers.shards { #expect(readers.reads[Lease(epoch: epoch, shard: shard)] == 1) }
    }
  }

  @Test(arguments: 0..<60, [false, true])
  func `of an epoch are each read at least once, whoever dies`(seed: UInt64, isServerMortal: Bool) throws {
    var readers = SimulatedReaders(seed: seed, shards: Int(seed % 7) + 1, deadliness: 0.08)
    for _ in 0..<4 {
      readers.run(events: 60)
      if isServerMortal {
        let saved = try JSONEncoder().encode(readers.coordinator.saved)
        readers.run(events: Int(seed) % 20)
        readers.restore(try JSONDecoder().decode(Coordinator.Saved.self, from: saved))
      }
    }
    readers.readToTheEnd(ofEpoch: 2)
    for epoch in 0...2 {
      for shard in 0..<readers.shards { #expect(readers.reads[Lease(epoch: epoch, shard: shard), default: 0] >= 1) }
    }
  }
}
