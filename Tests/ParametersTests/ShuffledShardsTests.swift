import Foundation
import Parameters
import Testing

@Suite struct `The shuffled shards` {
  @Test(arguments: [1, 2, 7, 50]) func `are each handed out once an epoch`(count: Int) {
    var shards = ShuffledShards(shards: count, seed: 3)
    for epoch in 0..<3 {
      let leases = (0..<count).map { _ in shards.next() }
      #expect(Set(leases) == Set((0..<count).map { Lease(epoch: epoch, shard: $0) }))
      #expect(shards.epoch == epoch)
    }
  }

  @Test func `come in an order that follows from the seed and the epoch alone`() {
    func order(seed: UInt64, givingBack: Bool = false) -> [[Int]] {
      var shards = ShuffledShards(shards: 20, seed: seed)
      return (0..<2).map { _ in
        if givingBack {
          let lease = shards.next()
          shards.giveBack(lease)
        }
        return (0..<20).map { _ in shards.next().shard }
      }
    }
    let first = order(seed: 1)
    #expect(first == order(seed: 1))
    #expect(first == order(seed: 1, givingBack: true))
    #expect(first[0] != first[1])
    #expect(first[0] != order(seed: 2)[0])
    #expect(first[0] != Array(0..<20))
  }

  @Test func `that are given back come next, and only once`() {
    var shards = ShuffledShards(shards: 4, seed: 1)
    let first = shards.next()
    _ = shards.next()
    shards.giveBack(first)
    shards.giveBack(first)
    #expect(shards.next() == first)
    #expect([shards.next(), shards.next()].allSatisfy { $0.epoch == 0 && $0 != first })
    #expect(shards.next().epoch == 1)
  }

  @Test func `are taken by name only while they wait`() {
    var shards = ShuffledShards(shards: 3, seed: 1)
    let first = shards.next()
    let other = (0..<3).map { Lease(epoch: 0, shard: $0) }.first { $0 != first }!
    let taken = [first, other, other, Lease(epoch: 1, shard: 0)].map { shards.take($0) }
    #expect(taken == [false, true, false, false])
    #expect(shards.next() != other)
    #expect(shards.next().epoch == 1)
  }

  @Test func `survive a round trip, and are refused where they cannot be`() throws {
    var shards = ShuffledShards(shards: 3, seed: 1)
    _ = shards.next()
    let json = try JSONEncoder().encode(shards)
    #expect(try JSONDecoder().decode(ShuffledShards.self, from: json) == shards)
    let text = String(decoding: json, as: UTF8.self)
    for wrong in ["0", "-1", "1"] {
      let changed = text.replacing(#""shards":3"#, with: #""shards":\#(wrong)"#)
      #expect(throws: SettingsError.self) { try JSONDecoder().decode(ShuffledShards.self, from: Data(changed.utf8)) }
    }
  }
}
