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
///
/// Where there are several places, they are dealt like cards: the place p of n gets the shards p, p + n, p + 2n, … of the
/// one sequence, whoever asks first.
public struct ShuffledShards: Codable, Equatable, Sendable {
  private let shards: Int
  private let seed: UInt64
  /// The epoch whose shards are being handed out, from 0.
  public private(set) var epoch = 0
  private var waiting: [Lease]
  /// What was dealt to each place, and not yet asked for.
  private var dealt: [[Lease]]
  /// The place that is dealt the next shard.
  private var turn = 0

  /// - Parameters:
  ///   - shards: How many there are; at least 1.
  ///   - places: At least 1.
  public init(shards: Int, seed: UInt64, places: Int = 1) {
    precondition(shards > 0 && places > 0, "a training set has a shard, and a place to read it")
    self.shards = shards
    self.seed = seed
    waiting = Self.order(shards: shards, seed: seed, epoch: 0)
    dealt = Array(repeating: [], count: places)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    shards = try container.decode(Int.self, forKey: .shards)
    seed = try container.decode(UInt64.self, forKey: .seed)
    epoch = try container.decode(Int.self, forKey: .epoch)
    waiting = try container.decode([Lease].self, forKey: .waiting)
    dealt = try container.decodeIfPresent([[Lease]].self, forKey: .dealt) ?? [[]]  // earlier versions dealt none
    turn = try container.decodeIfPresent(Int.self, forKey: .turn) ?? 0
    guard shards > 0 else { throw SettingsError("expected at least one shard, not \(shards)") }
    guard dealt.indices.contains(turn) else { throw SettingsError("expected a turn of \(dealt.count), not \(turn)") }
    if let stranger = (waiting + dealt.joined()).first(where: { $0.shard < 0 || $0.shard >= shards }) {
      throw SettingsError("expected leases of \(shards) shards, not of shard \(stranger.shard)")
    }
  }

  /// Hands out the next shard of a place; there is always one.
  public mutating func next(for place: Int = 0) -> Lease {
    let place = place % dealt.count
    while dealt[place].isEmpty {
      if waiting.isEmpty {
        epoch += 1
        waiting = Self.order(shards: shards, seed: seed, epoch: epoch)
      }
      dealt[turn].append(waiting.removeFirst())
      turn = (turn + 1) % dealt.count
    }
    return dealt[place].removeFirst()
  }

  /// Takes back a lease whose shard was not read to its end: it is the next to be handed out.
  public mutating func giveBack(_ lease: Lease) {
    guard !waiting.contains(lease), !dealt.joined().contains(lease) else { return }
    waiting.insert(lease, at: 0)
  }

  /// Deals no more: a place that has died must not keep its shards from being read. They go to whoever asks first.
  public mutating func dealNoMore() { deal(to: 1) }

  /// Deals to so many places from now on; what was dealt to others comes next.
  public mutating func deal(to places: Int) {
    guard places != dealt.count else { return }
    waiting = dealt.joined().sorted { $0.epoch < $1.epoch } + waiting
    dealt = Array(repeating: [], count: places)
    turn = 0
  }

  /// Takes one lease out of those that wait, for a worker that says it has it.
  ///
  /// - Returns: Whether it was waiting.
  public mutating func take(_ lease: Lease) -> Bool {
    if let index = waiting.firstIndex(of: lease) {
      waiting.remove(at: index)
      return true
    }
    guard let place = dealt.firstIndex(where: { $0.contains(lease) }) else { return false }
    dealt[place].removeAll { $0 == lease }
    return true
  }

  private static func order(shards: Int, seed: UInt64, epoch: Int) -> [Lease] {
    var generator = SeededGenerator(seed: seed, stream: "epoch \(epoch)")
    return (0..<shards).shuffled(using: &generator).map { Lease(epoch: epoch, shard: $0) }
  }
}
