import Clusters
import Logging
import Parameters
import Transport

/// What each lane of a server is to hold: its chunks, the replica of another server's, and the line to the server that
/// holds its own.
struct LaneShares {
  /// How long a new start waits for the server that holds its replica.
  private static let patienceSeconds = 20.0

  private let settings: RunSettings
  private let manifest: Manifest
  private let generation: UInt32
  private let runs: [Range<Int>]
  /// The chunks of the server whose replica this one holds.
  private let otherRuns: [Range<Int>]
  /// That server's newest start, by the run's folder.
  private let othersNewestStart: @Sendable () -> UInt32?
  /// The lines to the server that holds this one's replica; all `nil` in a run without replicas.
  let backups: [Backup?]
  /// What the replica had, by lane, and the start with which that line of values began.
  private let recovered: [(states: [Int: ChunkState], lineage: UInt32)]?

  /// Takes back what the replica has, where there is one.
  init(
    of identity: ServerIdentity, settings: RunSettings, manifest: Manifest, in context: Context, _ members: Members,
    keys: ClientKeys?, log: Logger
  ) throws {
    let plan = ShardPlan(manifest, servers: identity.count, lanes: settings.lanes)
    let next = (identity.index + 1) % identity.count
    let previous = (identity.index + identity.count - 1) % identity.count
    self.settings = settings
    self.manifest = manifest
    generation = identity.generation
    runs = plan.lanes[identity.index]
    otherRuns = plan.lanes[previous]
    othersNewestStart = { try? Generation.latest(in: identity.folder, server: previous) }
    backups = try runs.indices.map { lane in
      guard settings.replicas > 0 else { return nil }
      return try Backup(
        in: context, lane: lane, run: settings.run, generation: identity.generation,
        address: { try members.address(of: next, count: identity.count) }, keys: keys)
    }
    // Where the other server has not said where it is, the whole run starts.
    let holder = settings.replicas > 0 ? try members.server(next, of: identity.count) : nil
    let isReplacement = holder != nil
    var nextLook = 0.0
    let isHolderGone = {
      guard let holder, Clock.seconds >= nextLook else { return false }
      nextLook = Clock.seconds + 0.5
      return (try? Generation.latest(in: identity.folder, server: next)).map { $0 > holder.generation } ?? false
    }
    if isReplacement { log.notice("server \(next) is asked to give the replica back") }
    recovered =
      try isReplacement
      ? Self.recover(runs, of: manifest, settings, from: backups.compactMap(\.self), unless: isHolderGone) : nil
    if isReplacement, recovered == nil {
      log.error("server \(next) does not give the replica back: what came after the last checkpoint is lost")
    }
  }

  private static func recover(
    _ runs: [Range<Int>], of manifest: Manifest, _ settings: RunSettings, from backups: [Backup],
    unless isGone: () -> Bool
  ) throws -> [(states: [Int: ChunkState], lineage: UInt32)]? {
    var recovered: [(states: [Int: ChunkState], lineage: UInt32)] = []
    for (run, backup) in zip(runs, backups) {
      let slots = settings.optimizer.slots.count
      guard let found = try backup.recover(run, of: manifest, slots: slots, within: patienceSeconds, unless: isGone)
      else { return nil }
      recovered.append(found)
    }
    return recovered
  }

  /// Whether the server that holds the replica has answered.
  var isRecovered: Bool { recovered != nil }
  /// Whether the replica had all chunks.
  var isComplete: Bool { recovered.map { $0.reduce(0) { $0 + $1.states.count } == chunkCount } ?? false }
  var chunkCount: Int { runs.reduce(0) { $0 + $1.count } }

  /// What answers for the chunks, by lane.
  ///
  /// - Parameter state: A chunk that the replica did not have.
  func services(state: (Int) throws -> ChunkState) throws -> [ParameterService] {
    try runs.indices.map { lane in
      let store = try ParameterStore(
        manifest, owned: runs[lane], settings: settings, optimizer: settings.optimizer,
        keepsUpdates: settings.replicas > 0
      ) { try recovered?[lane].states[$0] ?? state($0) }
      guard settings.replicas > 0 else { return ParameterService(store) }
      let replica = Replica(manifest, owned: otherRuns[lane], settings: settings, optimizer: settings.optimizer)
      return ParameterService(
        store,
        replication: Replication(
          manifest, slots: settings.optimizer.slots.count, generation: generation,
          lineage: recovered?[lane].lineage ?? generation, replica: replica, newestStart: othersNewestStart))
    }
  }
}

extension Members {
  /// `host:port` of a server, as it is now.
  func address(of index: Int, count: Int) throws -> String {
    guard let member = try server(index, of: count) else {
      throw ClusterError("server \(index) has not said where it is")
    }
    return member.address
  }
}
