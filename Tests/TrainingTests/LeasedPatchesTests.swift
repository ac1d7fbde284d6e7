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

  /// Another one that gives what this one would give.
  var copy: LeasingClient {
    let copy = LeasingClient(shards: 1)
    (copy.shards, copy.given, copy.told) = (shards, given, told)
    return copy
  }

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
  func waitForOneStep(install: (Int, Int, Span<Float>) -> Void) -> Int { 0 }
  func advance(weights: Int, completed: Coordinator.Completion?) {}
  func awaitDirective(install: (Int, Int, Span<Float>) -> Void) -> Coordinator.Instruction { .init(.finish, step: 0) }
  func tell(sampler: String) {}
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

  private func names(_ batch: PatchBatch, in dataset: Dataset) -> [[Int]] {
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
          drawn += names(try patches.draw(4, atStep: 0, leasing: client), in: dataset)
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
        for name in names(try patches.draw(5, atStep: 0, leasing: client), in: dataset) {
          counts[name, default: 0] += 1
        }
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

  @Test(arguments: [1, 20, 200], [0, 1, 3, 8])
  func `are drawn by another worker as the first would have drawn them, from where it was`(
    capacity: Int, batches: Int
  ) throws {
    try withDataset { dataset in
      let client = LeasingClient(shards: sizes.count)
      var first = LeasedPatches(dataset, capacity: capacity, seed: 3)
      for _ in 0..<batches {
        _ = try first.draw(4, atStep: 0, leasing: client)
        first.collectRead()
      }
      let state = try first.state
      var second = try LeasedPatches(dataset, capacity: capacity, state: state)
      #expect(try second.state == state)
      #expect(Set(second.holding) == Set(first.holding))
      let other = client.copy
      for _ in 0..<20 {
        let expected = names(try first.draw(4, atStep: 0, leasing: client), in: dataset)
        #expect(names(try second.draw(4, atStep: 0, leasing: other), in: dataset) == expected)
        first.collectRead()
        second.collectRead()
      }
      #expect(other.told == client.told && other.given == client.given)
    }
  }

  @Test func `are not drawn where another worker was in other shards`() throws {
    try withDataset { dataset in
      var patches = LeasedPatches(dataset, capacity: 8, seed: 3)
      _ = try patches.draw(4, atStep: 0, leasing: LeasingClient(shards: sizes.count))
      let state = try patches.state
      let undrawn = try #require(try #/"undrawn":\[([0-9]+),([0-9]+)/#.firstMatch(in: state), "\(state)")
      let sizes = try #require(try #/"patches":\[([0-9]+)/#.firstMatch(in: state))
      for wrong in [
        "", "{}", state.replacing(sizes.0, with: #""patches":[9"#),
        state.replacing(undrawn.0, with: #""undrawn":[\#(undrawn.1),\#(undrawn.1)"#),
        state.replacing(undrawn.0, with: #""undrawn":[9999,\#(undrawn.2)"#),
        state.replacing(undrawn.0, with: #""undrawn":[-1,\#(undrawn.2)"#),
        state.replacing(#""shard":"#, with: #""shard":7"#),
      ] {
        #expect(wrong != state)
        #expect(throws: TrainingError.self) { try LeasedPatches(dataset, capacity: 8, state: wrong) }
      }
    }
  }
}
