import Checkpoints
import Clusters
import Dispatch
import Foundation
import Logging
import Parameters
import Telemetry
import Transport
import Wire

/// The checkpoints of a run, as server 0 has them made: one at a time, each by all servers.
struct CheckpointRounds {
  private let identity: ServerIdentity
  private let policy: CheckpointPolicy
  private let blank: CheckpointManifest
  private let log: Logger
  private var round: CheckpointRound?
  private var commit: CheckpointCommit?
  private var lastName: CheckpointName?
  private var lastTime: Double
  /// Those that were given up: some servers have written their shards of them, and a full disk is not to fill up with these.
  private var abandoned: [CheckpointName] = []

  /// The step of the newest checkpoint.
  private(set) var lastStep: Int?
  /// Why the last one could not be made; `nil` if it could.
  private(set) var lastError: String?
  /// What happened and was not told yet.
  private var news: [(kind: RunEvent.Kind, text: String)] = []
  /// The steps of those that are kept beside the newest.
  var sparedSteps: Set<Int> = []

  /// - Parameters:
  ///   - blank: A manifest of this run and model without a step and shards.
  ///   - lastName: The newest of all names that there are, committed or not.
  init(
    _ identity: ServerIdentity, policy: CheckpointPolicy, blank: CheckpointManifest, lastStep: Int?,
    lastName: CheckpointName?, at now: Double, log: Logger
  ) {
    self.identity = identity
    self.policy = policy
    self.blank = blank
    self.lastStep = lastStep
    self.log = log
    self.lastName = lastName
    lastTime = now
  }

  /// What has happened since this was last asked.
  mutating func takeNews() -> [(kind: RunEvent.Kind, text: String)] {
    defer { news = [] }
    return news
  }

  /// Whether one is being made.
  var isOpen: Bool { round != nil || commit != nil }

  /// Whether one is being committed, and old ones may be removed.
  var isCommitting: Bool { commit != nil }

  /// Whether the values of some server may still change that belong in the open one.
  var awaitsSnapshots: Bool { round?.awaitsSnapshots ?? false }

  /// Whether one is to be made of a step; after one that failed only some seconds later, since a disk may have room again.
  func isDue(at step: Int, _ now: Double) -> Bool {
    let isDueByStep = policy.next(after: lastStep ?? 0).map { step >= $0 } ?? false
    let isDueByTime = policy.everySeconds > 0 && now - lastTime >= policy.everySeconds
    return !isOpen && step > (lastStep ?? 0) && (isDueByStep || isDueByTime) && mayTry(at: now)
  }

  /// The step of which the next one will be made, where that is known.
  func stepOfNext(after step: Int) -> Int? {
    guard !isOpen, let next = policy.next(after: lastStep ?? 0), next > step else { return nil }
    return next
  }

  private func mayTry(at now: Double) -> Bool { lastError == nil || now - lastTime >= 3 }

  /// Opens the one with which the run ends, unless the newest one has the same step.
  ///
  /// - Returns: Whether the newest one has that step.
  mutating func openLast(_ coordinator: Coordinator, _ peers: ServerLines, at now: Double) -> Bool {
    if coordinator.step == lastStep { return true }
    if !isOpen, mayTry(at: now) { open(coordinator, peers, at: now) }
    return false
  }

  /// Has all servers write their shards of what there is now.
  mutating func open(_ coordinator: Coordinator, _ peers: ServerLines, at now: Double) {
    discardAbandoned()
    let name = identity.store.newName(step: coordinator.step, after: lastName)
    lastName = name
    round = CheckpointRound(step: coordinator.step, name: name, coordinator: coordinator.saved, servers: identity.count)
    lastTime = now
    for server in 0..<identity.count {
      peers.ask(server, .snapshot(folder: "\(name)"))
      peers.ask(server, .save(folder: "\(name)"))
    }
  }

  /// Hears how a server fared; what is of an earlier checkpoint, which was given up, does not count.
  mutating func take(_ reply: Reply, from server: Int) {
    switch reply {
    case .saved(let name, let json) where CheckpointName(name) == round?.name:
      do {
        round?.add(try JSONDecoder().decode(ShardRecord.self, from: Data(json)), of: server)
      } catch { fail("server \(server) sent a record of its shard that cannot be read: \(error)") }
    case .snapshotTaken(let name) where CheckpointName(name) == round?.name: round?.noteSnapshot(of: server)
    case .notSaved(let name, let reason) where CheckpointName(name) == round?.name:
      fail("server \(server): \(reason)")
    default: break
    }
  }

  /// Has the open checkpoint committed once all servers have written their shards, and hears how that went.
  mutating func commitIfComplete(_ peers: ServerLines, at now: Double) throws {
    try hearOfCommit()
    guard var round, let shards = round.shards else { return }
    let replaced = round.dropReplaced(newest: try Self.newestStarts(checking: identity))
    guard replaced.isEmpty else {
      for server in replaced { peers.ask(server, .save(folder: "\(round.name)")) }
      self.round = round
      return
    }
    self.round = nil
    var manifest = blank
    manifest.step = round.step
    manifest.shards = shards
    manifest.coordinator = try JSONEncoder().encode(round.coordinator)
    commit = CheckpointCommit(manifest, name: round.name, in: identity.store, keep: policy.keep, sparing: sparedSteps) {
      [identity] in
      let newest = try Self.newestStarts(checking: identity)
      for (server, shard) in shards.enumerated() where shard.generation < newest[server] {
        throw ServerError.shardReplaced(server: server)
      }
    }
  }

  private mutating func hearOfCommit() throws {
    guard let commit, let outcome = commit.outcome else { return }
    self.commit = nil
    switch outcome.committing {
    case .failure(let error as ServerError):
      guard case .shardReplaced = error else { throw error }
      fail("\(error)")
    case .failure(let error): fail("\(error)")
    case .success:
      lastStep = commit.step
      lastError = nil
      abandoned = []  // with a newer one committed, they are removed as old ones are
      news.append((.checkpoint, "checkpoint \(commit.name)"))
      if let error = outcome.pruning { log.error("an old checkpoint could not be removed: \(error)") }
    }
  }

  /// The newest start of each server.
  ///
  /// - Throws: `ServerError.replaced` if this is not the newest of its own.
  private static func newestStarts(checking identity: ServerIdentity) throws -> [UInt32] {
    let newest = try (0..<identity.count).map { try Generation.latest(in: identity.folder, server: $0) }
    guard newest[identity.index] >= identity.generation else {
      throw ClusterError(
        "\(identity.folder.path) does not know of this start of the server any more: is its disk there?", mayPass: true)
    }
    guard newest[identity.index] == identity.generation else {
      throw ServerError.replaced(generation: identity.generation, by: newest[identity.index])
    }
    return newest
  }

  /// Removes what was given up, beside the servers' loop.
  private mutating func discardAbandoned() {
    guard !abandoned.isEmpty else { return }
    DispatchQueue(label: "discard").async { [names = abandoned, store = identity.store, log] in
      do {
        try store.discard(names)
      } catch { log.error("what is left of a checkpoint that was given up could not be removed: \(error)") }
    }
    abandoned = Array(abandoned.suffix(1))  // a server may be at it still
  }

  private mutating func fail(_ reason: String) {
    if let round { abandoned.append(round.name) }
    round = nil
    lastError = reason
    news.append((.failed, "no checkpoint was made: \(reason)"))
  }
}
