public import Tensors

/// The patches of several shards at once, from which mini-batches are drawn at random, each patch exactly once.
///
/// Patches stay in 8 bits until they are drawn. A worker adds another leased shard whenever the pool has fewer than
/// `capacity` patches, so that a mini-batch mixes the clips of several shards.
///
///     while pool.wantsMore, let shard = lease() { pool.add(shard, clips: try read(shard)) }
///     guard let batch = pool.draw(128) else { break }
public struct PatchPool: Sendable {
  private struct Entry {
    let clip: Clip
    let shard: Int
    /// The position of its first patch among those of its shard.
    let first: Int
    var remaining: Int
  }

  /// A patch of a shard, by its position among the shard's patches.
  public struct Place: Hashable, Sendable {
    public let shard: Int
    public let patch: Int

    public init(shard: Int, patch: Int) {
      self.shard = shard
      self.patch = patch
    }
  }

  public let capacity: Int
  private let description: DatasetDescription
  private var generator: SeededGenerator
  private var entries: [Int: Entry] = [:]
  private var nextEntry = 0
  private var undrawn: [(entry: Int, patch: Int)] = []
  private var remainingOfShard: [Int: Int] = [:]
  private var finished: [Int] = []

  /// - Parameter capacity: The number of patches below which the pool asks for more.
  public init(capacity: Int, seed: UInt64, description: DatasetDescription) {
    precondition(capacity > 0, "a pool of no patches gives none")
    self.capacity = capacity
    self.description = description
    generator = SeededGenerator(seed: seed)
  }

  /// The number of patches not yet drawn.
  public var count: Int { undrawn.count }

  /// Whether another shard should be added.
  public var wantsMore: Bool { count < capacity }

  /// Adds all clips of a shard; one without patches is finished at once.
  ///
  /// - Precondition: The shard is not in the pool already.
  public mutating func add(shard: Int, clips: [Clip]) {
    precondition(remainingOfShard[shard] == nil, "shard \(shard) is in the pool already")
    let total = clips.reduce(0) { $0 + $1.count }
    guard total > 0 else { return finished.append(shard) }
    remainingOfShard[shard] = total
    var first = 0
    for clip in clips where clip.count > 0 {
      entries[nextEntry] = Entry(clip: clip, shard: shard, first: first, remaining: clip.count)
      for patch in 0..<clip.count { undrawn.append((nextEntry, patch)) }
      nextEntry += 1
      first += clip.count
    }
  }

  /// What the next draws follow from, beside the patches not yet drawn: the seed of a generator that goes on.
  public var seed: UInt64 { generator.state }

  /// The patches not yet drawn; their order decides what is drawn.
  public var places: [Place] {
    undrawn.map { Place(shard: entries[$0.entry]!.shard, patch: entries[$0.entry]!.first + $0.patch) }
  }

  /// Leaves only some of the patches, in this order: another pool's `places`.
  ///
  /// - Returns: Whether the pool has them, each once; if not, it stays as it is.
  public mutating func keep(_ places: [Place]) -> Bool {
    let known = Dictionary(uniqueKeysWithValues: zip(self.places, undrawn))
    let kept = places.compactMap { known[$0] }
    guard kept.count == places.count, Set(places).count == places.count else { return false }
    let wanted = Set(places)
    for (place, patch) in known where !wanted.contains(place) { count(patch.entry) }
    undrawn = kept
    return true
  }

  /// Draws patches that were never drawn before: `size` of them, or all if fewer are left; nothing from an empty pool.
  ///
  /// - Parameter change: What is then done to the mini-batch; its random numbers belong to `seed`, too.
  public mutating func draw(
    _ size: Int, changing change: (inout PatchBatch, inout SeededGenerator) -> Void = { _, _ in }
  ) -> PatchBatch? {
    precondition(size > 0, "a mini-batch has at least one patch")
    let count = min(size, undrawn.count)
    guard count > 0 else { return nil }
    var batch = PatchBatch((0..<count).map { _ in take() }, of: description)
    change(&batch, &generator)
    batch.seed = generator.state
    return batch
  }

  /// The shards whose last patch has been drawn since this was last asked.
  public mutating func takeFinishedShards() -> [Int] {
    defer { finished = [] }
    return finished
  }

  /// Removes a patch, each of those left with the same probability.
  private mutating func take() -> DrawnExample {
    let chosen = Int.random(in: undrawn.indices, using: &generator)
    undrawn.swapAt(chosen, undrawn.count - 1)
    let (entry, patch) = undrawn.removeLast()
    let example = entries[entry]!.clip.example(patch)
    count(entry)
    return example
  }

  /// Notes that one more patch of a clip has been drawn, and lets go of what is no longer needed.
  private mutating func count(_ entry: Int) {
    let shard = entries[entry]!.shard
    entries[entry]!.remaining -= 1
    if entries[entry]!.remaining == 0 { entries[entry] = nil }
    remainingOfShard[shard]! -= 1
    guard remainingOfShard[shard] == 0 else { return }
    remainingOfShard[shard] = nil
    finished.append(shard)
  }
}
