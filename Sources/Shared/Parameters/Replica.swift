/// What a lane holds of another server's chunks, so that no update is lost with that server: a plain value.
///
/// It makes the same updates in the same order, so it has the same values, bit by bit.
public struct Replica: Sendable {
  public let manifest: Manifest
  /// The other server's chunks, as positions in the manifest's `chunks`.
  public let owned: Range<Int>
  private let rule: UpdateRule
  private var states: [ChunkState?]
  /// The other server's newest start that was heard of.
  public private(set) var generation: UInt32 = 0
  /// The start with which the line of values began that is held.
  public private(set) var lineage: UInt32 = 0

  /// - Parameter owned: The chunks of the other server's lane; at first none of them is held.
  public init(_ manifest: Manifest, owned: Range<Int>, settings: RunSettings, optimizer: any Optimizer) {
    self.manifest = manifest
    self.owned = owned
    rule = UpdateRule(manifest: manifest, optimizer: optimizer, statisticsDecay: settings.statisticsDecay)
    states = owned.map { _ in nil }
  }

  /// The chunk at a position of the manifest's `chunks`, which must be an owned one, if it is held.
  public subscript(chunk: Int) -> ChunkState? { states[chunk - owned.lowerBound] }

  /// Hears who speaks for the other server.
  ///
  /// What another line of values has left is forgotten: the same version means something else there.
  ///
  /// - Parameter lineage: The start with which its line of values began; `nil` if it takes over the one that is held.
  /// - Returns: Whether it is the newest start: an older one has been replaced.
  public mutating func admit(generation: UInt32, lineage: UInt32?) -> Bool {
    guard generation >= self.generation else { return false }
    self.generation = generation
    if let lineage, lineage != self.lineage {
      self.lineage = lineage
      states = owned.map { _ in nil }
    }
    return true
  }

  /// Makes an update, unless it is made already.
  ///
  /// - Returns: Whether it is made now; if not, an earlier one is missing, and the whole chunk is needed.
  public mutating func apply(_ update: ChunkUpdate) -> Bool {
    let index = update.chunk - owned.lowerBound
    guard let version = states[index]?.version, version >= update.version else { return false }
    if version == update.version { rule.apply([update], to: &states[index]!) }
    return true
  }

  /// Takes a whole chunk, unless the one that is held is newer.
  public mutating func take(_ state: ChunkState, chunk: Int) {
    let index = chunk - owned.lowerBound
    if let held = states[index], held.version > state.version { return }
    states[index] = state
  }
}
