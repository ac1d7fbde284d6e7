public import Datasets
public import Parameters
import Tensors

/// The patches that one worker trains on: those of the shards that it was given to read, well mixed.
public struct LeasedPatches {
  private let dataset: Dataset
  private var pool: PatchPool
  /// The lease under each number that the pool knows a shard by; one shard may be in it for two epochs.
  private var leases: [Int: Lease] = [:]
  private var leaseCount = 0
  /// Shards that were read to the end since that was last told.
  private var read: [Lease] = []

  /// - Parameters:
  ///   - capacity: The number of patches among which a mini-batch is drawn.
  ///   - seed: Of the drawing.
  public init(_ dataset: Dataset, capacity: Int, seed: UInt64) {
    self.dataset = dataset
    pool = PatchPool(capacity: capacity, seed: seed, description: dataset.description)
  }

  /// What is being read.
  public var holding: [Lease] { Array(leases.values) }

  /// Draws a mini-batch, and asks for shards as far as they are needed.
  public mutating func draw(_ batch: Int, leasing client: any ParameterClient) throws -> PatchPool.Batch {
    while pool.wantsMore || pool.count < batch {
      let lease = try client.lease(holding: holding, read: read)
      read = []
      let shards = dataset.shards(of: .train)
      guard shards.indices.contains(lease.shard) else {
        throw TrainingError.noSuchShard(lease.shard, of: shards.count, folder: dataset.folder)
      }
      leaseCount += 1
      leases[leaseCount] = lease
      var shard = try dataset.clips(of: shards[lease.shard])
      pool.add(shard: leaseCount, clips: try shard.remaining())
    }
    return pool.draw(batch)!
  }

  /// The shards that were read to the end, and so far told to nobody; not those that a mini-batch which was abandoned
  /// drew to the end.
  public mutating func takeRead() -> [Lease] {
    defer { read = [] }
    return read
  }

  /// Notes which shards have been drawn to the end; called when the mini-batch that drew from them is complete.
  public mutating func collectRead() {
    read += pool.takeFinishedShards().compactMap { leases.removeValue(forKey: $0) }
  }
}
