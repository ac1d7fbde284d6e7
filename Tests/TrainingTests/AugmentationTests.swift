import Datasets
import Parameters
import Tensors
import Testing
import Training

@Suite struct `An augmented mini-batch` {
  private static let seeds = (1...20).map { UInt64($0) }

  /// The mini-batches of a pool of ten patches.
  private func batches(_ augmentations: [Augmentation], seed: UInt64) throws -> [PatchBatch] {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, shards: randomShards(5, patches: 2), classes: 3)
      var patches = LeasedPatches(dataset, capacity: 10, seed: seed, augmentations: augmentations)
      let client = RecordingClient(
        values: [], directives: [], leases: (0..<10).map { Lease(epoch: $0 / 5, shard: $0 % 5) })
      return try [patches.draw(6, atStep: 0, leasing: client), patches.draw(6, atStep: 0, leasing: client)]
    }
  }

  @Test func `follows from the seed alone`() throws {
    for augmentations in [[.mixup], [.specAugment], [.mixup, .specAugment]] as [[Augmentation]] {
      let first = try batches(augmentations, seed: 4)
      #expect(try batches(augmentations, seed: 4).map(\.input.array) == first.map(\.input.array))
      #expect(try batches([], seed: 4).map(\.input.array) != first.map(\.input.array))
    }
  }

  @Test(arguments: seeds) func `of mixup has examples and targets in the same shares`(seed: UInt64) throws {
    let plain = try batches([], seed: seed)[0]
    let mixed = try batches([.mixup], seed: seed)[0]
    let size = plain.input.count / 6
    func row(_ index: Int, of batch: PatchBatch) -> (input: [Float], targets: [Float]) {
      (
        Array(batch.input.array[index * size..<(index + 1) * size]),
        Array(batch.targets.array[index * 3..<(index + 1) * 3])
      )
    }
    for index in 0..<6 {
      let (own, result) = (row(index, of: plain), row(index, of: mixed))
      let fits = (0..<6).contains { partner in
        let other = row(partner, of: plain)
        // The share by the value in which the two differ most.
        let widest = own.input.indices.max {
          abs(own.input[$0] - other.input[$0]) < abs(own.input[$1] - other.input[$1])
        }!
        guard partner != index else { return result.input == own.input && result.targets == own.targets }
        let share = (result.input[widest] - other.input[widest]) / (own.input[widest] - other.input[widest])
        guard (-1e-4...1.0001).contains(share) else { return false }
        func agree(_ mixture: [Float], _ a: [Float], _ b: [Float]) -> Bool {
          mixture.indices.allSatisfy { abs(mixture[$0] - (b[$0] + share * (a[$0] - b[$0]))) < 1e-3 }
        }
        return agree(result.input, own.input, other.input) && agree(result.targets, own.targets, other.targets)
      }
      #expect(fits, "row \(index)")
    }
  }

  @Test(arguments: seeds) func `of spec-augment has whole stripes of the mean, and all else as it was`(seed: UInt64)
    throws
  {
    let plain = try batches([], seed: seed)[0]
    let masked = try batches([.specAugment], seed: seed)[0]
    #expect(masked.targets.array == plain.targets.array)
    let size = 96 * 64
    for row in 0..<6 {
      let before = Array(plain.input.array[row * size..<(row + 1) * size])
      let after = Array(masked.input.array[row * size..<(row + 1) * size])
      let mean = before.reduce(0, +) / Float(size)
      let changed = (0..<size).map { after[$0] != before[$0] }
      #expect((0..<size).allSatisfy { !changed[$0] || abs(after[$0] - mean) < 1e-4 })
      let frames = (0..<96).filter { frame in (0..<64).allSatisfy { changed[frame * 64 + $0] } }
      let bands = (0..<64).filter { band in (0..<96).allSatisfy { changed[$0 * 64 + band] } }
      #expect(frames.count <= 32 && bands.count <= 16)
      let covered = (0..<size).count { frames.contains($0 / 64) || bands.contains($0 % 64) }
      #expect(changed.count(where: \.self) == covered)
    }
  }

  @Test func `of spec-augment is masked in a tenth to a third, on average`() throws {
    let shares = try Self.seeds.map { seed in
      let (plain, masked) = (try batches([], seed: seed)[0], try batches([.specAugment], seed: seed)[0])
      return Double(zip(plain.input.array, masked.input.array).count { $0 != $1 }) / Double(plain.input.count)
    }
    #expect((0.1...0.35).contains(shares.reduce(0, +) / Double(shares.count)))
  }

  @Test func `goes on alike from where a checkpoint was made`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, shards: randomShards(5, patches: 4), classes: 3)
      let client = RecordingClient(values: [], directives: [], leases: (0..<5).map { Lease(epoch: 0, shard: $0) })
      let last = RecordingClient(values: [], directives: [], leases: [Lease(epoch: 0, shard: 4)])
      var patches = LeasedPatches(dataset, capacity: 16, seed: 9, augmentations: [.mixup, .specAugment])
      _ = try patches.draw(4, atStep: 0, leasing: client)
      patches.collectRead()
      var other = try LeasedPatches(
        dataset, capacity: 16, state: patches.state, augmentations: [.mixup, .specAugment])
      let (first, second) = (
        try patches.draw(4, atStep: 0, leasing: client), try other.draw(4, atStep: 0, leasing: last)
      )
      #expect(first.input.array == second.input.array && first.targets.array == second.targets.array)
    }
  }

  @Test(arguments: ["", "mix", "mixup,", "mixup,mixup", "none,mixup"]) func `of no known kind is refused`(text: String)
  {
    #expect(throws: SettingsError.self) { try Augmentation.list(parsing: text) }
  }

  @Test func `is read in its order`() throws {
    #expect(try Augmentation.list(parsing: "none").isEmpty)
    #expect(try Augmentation.list(parsing: "spec-augment,mixup") == [.specAugment, .mixup])
  }
}
