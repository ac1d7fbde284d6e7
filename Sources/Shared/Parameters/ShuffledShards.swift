import Tensors

/// The right to read one shard of the dataset in one epoch.
public struct Lease: Codable, Hashable, Sendable {
  public let epoch: Int
  public let shard: Int

  public init(epoch: Int, shard: Int) {
    self.epoch = epoch
    self.shard = shard
  }
}

/// The shards that are still to be read: an epoch at a time, in an order that follows from (seed, epoch) alone.
public struct ShuffledShards: Codable, Equatable, Sendable {
  private let shards: Int
  private let seed: UInt64
  /// The epoch whose shards are being handed out, from 0.
  public private(set) var epoch = 0
  private var waiting: [Lease]

  /// - Parameter shards: How many there are; at least 1.
  public init(shards: Int, seed: UInt64) {
    precondition(shards > 0, "a training set has a shard")
    self.shards = shards
    self.seed = seed
    waiting = Self.order(shards: shards, seed: seed, epoch: 0)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    shards = try container.decode(Int.self, forKey: .shards)
    seed = try container.decode(UInt64.self, forKey: .seed)
    epoch = try container.decode(Int.self, forKey: .epoch)
    waiting = try container.decode([Lease].self, forKey: .waiting)
    guard shards > 0 else { throw SettingsError("expected at least one shard, not \(shards)") }
    if let stranger = waiting.first(where: { $0.shard < 0 || $0.shard >= shards }) {
      throw SettingsError("expected leases of \(shards) shards, not of shard \(stranger.shard)")
    }
  }

  /// Hands out the next shard; there is always one.
  public mutating func next() -> Lease {
    if waiting.isEmpty {
      epoch += 1
      waiting = Self.order(shards: shards, seed: seed, epoch: epoch)
    }
    return waiting.removeFirst()
  }

  /// Takes back a lease whose shard was not read to its end: it is the next to be handed out.
  public mutating func giveBack(_ lease: Lease) {
    guard !waiting.contains(lease) else { return }
    waiting.insert(lease, at: 0)
  }

  /// Takes one lease out of those that wait, for a worker that says it has it.
  ///
  /// - Returns: Whether it was waiting.
  public mutating func take(_ lease: Lease) -> Bool {
    guard let index = waiting.firstIndex(of: lease) else { return false }
    waiting.remove(at: index)
    return true
  }

  private static func order(shards: Int, seed: UInt64, epoch: Int) -> [Lease] {
    var generator = SeededGenerator(seed: seed, stream: "epoch \(epoch)")
    return (0..<shards).shuffled(using: &generator).map { Lease(epoch: epoch, shard: $0) }
  }
}
