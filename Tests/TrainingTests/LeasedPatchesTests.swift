import Datasets
import Parameters
import Tensors
import Testing
import Training

/// Leases as server 0 gives them, for any number of epochs.
private final class LeasingClient: ParameterClient {
  private var shards: ShuffledShards
  private(set) var given: [Lease] = []
  private(set) var told: [Lease] = []

  init(shards: Int) { self.shards = ShuffledShards(shards: shards, seed: 1) }

  func lease(holding: [Lease], read: [Lease]) throws -> Lease {
    told += read
    #expect(Set(holding).isDisjoint(with: told))
    #expect(Set(holding).union(told) == Set(given), "what was given is held or has been read")
    given.append(shards.next())
    return given.last!
  }

  func pull(tensors: Range<Int>) {}
  func push(clock: UInt64, tensors: Range<Int>, gradients: [Tensor]) {}
  func wait(forTensors tensors: Range<Int>, install: (Int, Int, Span<Float>) -> Void) {}
  func advance(completed: Coordinator.Completion?) {}
  func awaitDirective() -> (Coordinator.Directive, step: Int) { (.finish, step: 0) }
  func leave(read: [Lease]) {}
}

@Suite struct `Leased patches` {
  /// The patches of each shard; one has none.
  private let sizes = [5, 8, 0, 4, 7]
  private var total: Int { sizes.reduce(0, +) }

  /// Shards whose patches name themselves: their first byte is the shard, the second the patch.
  private func withDataset(_ body: (Dataset) throws -> Void) throws {
    let shards = sizes.enumerated().map { number, count -> [Clip] in
      let bytes = (0..<count).flatMap { patch -> [UInt8] in [UInt8(number), UInt8(patch), 0, 0] }
      return [Clip(identifier: "", start: 0, end: 1, labels: [], patches: bytes, patchSize: 4)]
    }
    try withTemporaryFolder { folder in
      try body(dataset(in: folder, shards: shards, classes: 1, frames: 2, bands: 2))
    }
  }

  private func names(_ batch: PatchPool.Batch, in dataset: Dataset) -> [[Int]] {
    let table = dataset.description.quantization.values
    return (0..<batch.input.shape[0]).map { row in
      [0, 1].map { column in table.firstIndex(of: batch.input.values[row * 4 + column])! }
    }
  }

  @Test func `are each drawn once in an epoch`() throws {
    try withDataset { dataset in
      let client = LeasingClient(shards: sizes.count)
      var patches = LeasedPatches(dataset, capacity: 1, seed: 3)
      let all = sizes.enumerated().flatMap { number, count in (0..<count).map { [number, $0] } }
      for _ in 0..<3 {
        var drawn: [[Int]] = []
        for _ in 0..<total / 4 {
          drawn += names(try patches.draw(4, leasing: client), in: dataset)
          patches.collectRead()
        }
        #expect(drawn.sorted { $0.lexicographicallyPrecedes($1) } == all)
      }
    }
  }

  @Test(arguments: [1, 10, 100]) func `have their shards told once, when the last of them was drawn`(
    capacity: Int
  ) throws {
    try withDataset { dataset in
      let client = LeasingClient(shards: sizes.count)
      var patches = LeasedPatches(dataset, capacity: capacity, seed: 3)
      var counts: [[Int]: Int] = [:]
      for _ in 0..<60 {
        for name in names(try patches.draw(5, leasing: client), in: dataset) { counts[name, default: 0] += 1 }
        patches.collectRead()
      }
      let told = client.told + patches.takeRead()
      #expect(patches.takeRead().isEmpty)
      #expect(Set(told).count == told.count)
      #expect(Set(told).union(patches.holding) == Set(client.given))
      #expect(Set(told).isDisjoint(with: patches.holding))
      #expect(told.count > 2 * sizes.count)
      for (number, size) in sizes.enumerated() {
        let read = told.count { $0.shard == number }
        let begun = client.given.count { $0.shard == number }
        for patch in 0..<size { #expect((read...begun).contains(counts[[number, patch]] ?? 0)) }
      }
      #expect(counts.values.reduce(0, +) == 300)
    }
  }
}
