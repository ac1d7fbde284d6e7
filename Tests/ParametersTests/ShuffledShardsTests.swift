import Foundation
import Parameters
import Tensors
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

  @Test(arguments: [1, 3, 4]) func `are dealt to places alike, whoever asks first`(places: Int) throws {
    var one = ShuffledShards(shards: 10, seed: 3)
    let sequence = (0..<60).map { _ in one.next() }
    var generator = SeededGenerator(seed: UInt64(places))
    var shards = ShuffledShards(shards: 10, seed: 3, places: places)
    var given: [[Lease]] = Array(repeating: [], count: places)
    for count in 0..<40 {
      let place = Int.random(in: 0..<places, using: &generator)
      given[place].append(shards.next(for: place))
      if count == 20 { shards = try JSONDecoder().decode(ShuffledShards.self, from: JSONEncoder().encode(shards)) }
    }
    for (place, leases) in given.enumerated() {
      let dealt = stride(from: place, to: sequence.count, by: places).map { sequence[$0] }
      #expect(leases == Array(dealt.prefix(leases.count)))
    }
  }

  @Test func `that were dealt to a place that has died are read by the others`() {
    var shards = ShuffledShards(shards: 9, seed: 3, places: 3)
    var read = (0..<3).map { _ in shards.next(for: 0) } + [shards.next(for: 1)]
    shards.dealNoMore()
    while read.count < 9 { read.append(shards.next(for: read.count % 3)) }
    #expect(Set(read) == Set((0..<9).map { Lease(epoch: 0, shard: $0) }))
    #expect(shards.epoch == 0)
    var taken = ShuffledShards(shards: 9, seed: 3, places: 3)
    _ = taken.next(for: 2)
    var one = ShuffledShards(shards: 9, seed: 3)
    let first = one.next()
    let isTaken = [taken.take(first), taken.take(first)]
    #expect(isTaken == [true, false])
    taken.giveBack(first)
    taken.giveBack(first)
    var given: [Lease] = []
    for place in 0..<8 { given.append(taken.next(for: place)) }
    #expect(given.count { $0 == first } == 1)
  }
}
