import Parameters
import Tensors
import Testing

@Suite struct `A replica` {
  private let manifest = Manifest([
    .init(name: "weight", shape: [30, 4], kind: .weight), .init(name: "mean", shape: [7], kind: .statistic),
  ])

  private func state(_ chunk: Int) -> ChunkState {
    let count = manifest.chunks[chunk].count
    let isWeight = manifest.entries[manifest.chunks[chunk].tensor].kind == .weight
    return ChunkState(values: Tensor([count]), slots: isWeight ? [Tensor([count]), Tensor([count])] : [])
  }

  private func store(_ consistency: Consistency) -> ParameterStore {
    ParameterStore(
      manifest, owned: 0..<2, settings: .sample(consistency: consistency), optimizer: Adam(), keepsUpdates: true,
      state: state)
  }

  private func replica() -> Replica {
    Replica(manifest, owned: 0..<2, settings: .sample(), optimizer: Adam())
  }

  /// A random gradient of a chunk.
  private func gradient(
    _ chunk: Int, worker: UInt64, clock: UInt64, basedOn: Int, _ generator: inout SeededGenerator
  ) -> PushedGradient {
    let count = manifest.chunks[chunk].count
    return PushedGradient(
      name: .init(incarnation: worker, clock: clock), basedOn: basedOn,
      values: Tensor([count], values: generator.normal(count, deviation: 1)))
  }

  @Test(arguments: [Consistency.async, .sync(workers: 2)])
  func `that makes the same updates has the same values, bit by bit, and the same memory`(
    consistency: Consistency
  ) throws {
    var generator = SeededGenerator(seed: 4)
    var store = store(consistency)
    var replica = replica()
    for chunk in 0..<2 { replica.take(store[chunk], chunk: chunk) }
    for clock in 1...9 as ClosedRange<UInt64> {
      for chunk in 0..<2 {
        let version = store[chunk].version
        let gradients = (1...2).map {
          gradient(chunk, worker: UInt64($0), clock: clock, basedOn: version, &generator)
        }
        _ = store.push(gradients + gradients, chunk: chunk)
        let updates = store.takeUpdates()
        #expect(!updates.isEmpty)
        for update in updates + updates {
          let isHeld = replica.apply(update)
          #expect(isHeld)
        }  // one that comes twice is made once
      }
    }
    for chunk in 0..<2 {
      let held = try #require(replica[chunk])
      #expect(held.version == store[chunk].version)
      #expect(held.applied == store[chunk].applied)
      #expect(bits(held) == bits(store[chunk]))
    }
    #expect(bits(store[0]) != bits(state(0)))
  }

  private func bits(_ state: ChunkState) -> [[UInt32]] {
    ([state.values] + state.slots).map { tensor in tensor.values.indices.map { tensor.values[$0].bitPattern } }
  }

  @Test func `that lacks an update says so, and takes the whole chunk`() throws {
    var generator = SeededGenerator(seed: 5)
    var store = store(.async)
    var replica = replica()
    _ = store.push([gradient(0, worker: 1, clock: 1, basedOn: 0, &generator)], chunk: 0)
    let first = store.takeUpdates()
    let isHeldAtFirst = replica.apply(first[0])
    #expect(!isHeldAtFirst)
    let early = store[0]
    _ = store.push([gradient(0, worker: 1, clock: 2, basedOn: 1, &generator)], chunk: 0)
    let second = store.takeUpdates()
    replica.take(store[0], chunk: 0)
    let areHeld = [replica.apply(first[0]), replica.apply(second[0])]
    #expect(areHeld == [true, true])
    replica.take(early, chunk: 0)  // came late
    #expect(replica[0]?.version == 2)
    #expect(bits(try #require(replica[0])) == bits(store[0]))
  }

  @Test func `hears no start that has been replaced, and forgets another line of values`() {
    var replica = replica()
    var admitted = [replica.admit(generation: 3, lineage: 3)]
    replica.take(state(0), chunk: 0)
    admitted.append(replica.admit(generation: 4, lineage: nil))  // takes over
    admitted.append(replica.admit(generation: 3, lineage: 3))
    admitted.append(replica.admit(generation: 4, lineage: 3))
    #expect(admitted == [true, true, false, true])
    #expect(replica[0] != nil)
    let isAdmitted = replica.admit(generation: 5, lineage: 5)  // began anew
    #expect(isAdmitted)
    #expect(replica[0] == nil)
  }
}
