public import Datasets
public import Parameters
import Tensors

/// The patches that one worker trains on: those of the shards that it was given to read, well mixed.
public struct LeasedPatches: PatchSource {
  struct State: SamplerState {
    /// Of the drawing from here on.
    let seed: UInt64
    /// What is being read, in the order in which it was added.
    let leases: [Lease]
    /// How many patches each of their shards has.
    let patches: [Int]
    /// What was read to the end, and told to nobody.
    let read: [Lease]
    /// The patches not yet drawn, in the pool's order: their positions among the patches of all leases.
    let undrawn: [Int]
  }

  private struct Reading {
    let lease: Lease
    /// How many patches its shard has.
    let patches: Int
  }

  private let dataset: Dataset
  private let augmentations: [Augmentation]
  private var pool: PatchPool
  /// What is being read, under the number that the pool knows a shard by; one shard may be in it for two epochs.
  private var reading: [Int: Reading] = [:]
  private var leaseCount = 0
  /// Shards that were read to the end since that was last told.
  private var read: [Lease] = []

  /// - Parameters:
  ///   - capacity: The number of patches among which a mini-batch is drawn, or all that there are, where those are fewer:
  ///     more than an epoch's would be asked for in very many leases where shards are small.
  ///   - seed: Of the drawing.
  ///   - augmentations: What is done to each mini-batch, in this order.
  public init(_ dataset: Dataset, capacity: Int, seed: UInt64, augmentations: [Augmentation] = []) {
    self.dataset = dataset
    self.augmentations = augmentations
    pool = PatchPool(
      capacity: min(capacity, max(1, dataset.examples(of: .train))), seed: seed, description: dataset.description)
  }

  /// Goes on where another one was, whose shards are read again.
  ///
  /// - Parameter state: What the other's `state` was.
  /// - Throws: `TrainingError.unusableSampler` where this dataset has not the same patches.
  public init(
    _ dataset: Dataset, capacity: Int, state: String, augmentations: [Augmentation] = []
  ) throws {
    let state = try State(parsing: state)
    self.init(dataset, capacity: capacity, seed: state.seed, augmentations: augmentations)
    for lease in state.leases { try add(lease) }
    guard inOrder.map(\.value.patches) == state.patches else {
      throw TrainingError.unusableSampler(reason: "its shards have other numbers of patches")
    }
    let places = inOrder.flatMap { number, reading in
      (0..<reading.patches).map { PatchPool.Place(shard: number, patch: $0) }
    }
    guard state.undrawn.allSatisfy(places.indices.contains), pool.keep(state.undrawn.map { places[$0] }) else {
      throw TrainingError.unusableSampler(reason: "it names patches that its shards do not have")
    }
    _ = pool.takeFinishedShards()
    read = state.read
  }

  /// What is being read.
  public var holding: [Lease] { reading.values.map(\.lease) }

  /// About six bytes for each patch in the pool.
  public var state: String {
    get throws {
      var firsts: [Int: Int] = [:]
      var total = 0
      for (number, reading) in inOrder {
        firsts[number] = total
        total += reading.patches
      }
      return try State(
        seed: pool.seed, leases: inOrder.map(\.value.lease), patches: inOrder.map(\.value.patches), read: read,
        undrawn: pool.places.map { firsts[$0.shard]! + $0.patch }
      ).text
    }
  }

  private var inOrder: [(key: Int, value: Reading)] { reading.sorted { $0.key < $1.key } }

  /// Draws a mini-batch, and asks for shards as far as they are needed.
  public mutating func draw(
    _ batch: Int, atStep step: Int, leasing client: any ParameterClient
  ) throws -> PatchBatch {
    while pool.wantsMore || pool.count < batch {
      let lease = try client.lease(holding: holding, read: read)
      read = []
      try add(lease)
    }
    return pool.draw(batch) { batch, generator in
      for augmentation in augmentations { augmentation.apply(to: &batch, using: &generator) }
    }!
  }

  private mutating func add(_ lease: Lease) throws {
    let shards = dataset.shards(of: .train)
    guard shards.indices.contains(lease.shard) else {
      throw TrainingError.noSuchShard(lease.shard, of: shards.count, folder: dataset.folder)
    }
    var shard = try dataset.clips(of: shards[lease.shard])
    let clips = try shard.remaining()
    leaseCount += 1
    reading[leaseCount] = Reading(lease: lease, patches: clips.reduce(0) { $0 + $1.count })
    pool.add(shard: leaseCount, clips: clips)
  }

  public mutating func takeRead() -> [Lease] {
    defer { read = [] }
    return read
  }

  public mutating func collectRead() {
    read += pool.takeFinishedShards().compactMap { reading.removeValue(forKey: $0)?.lease }
  }
}
