import Checkpoints
import Clusters
import Foundation
import Logging
import Models
import Parameters
import Training
import Transport

extension ServerProcess {
  /// Makes a server's share, from the newest good checkpoint or from nothing, and tells everybody where it is.
  ///
  /// - Parameters:
  ///   - door: Who lets clients in; `nil` where all may come, to any server of the run.
  ///   - address: `host:port`, as others reach the first lane.
  ///   - endpoint: Where another lane is to listen.
  init(
    starting identity: ServerIdentity, settings: RunSettings, lane: consuming ServerLane, door: Doorkeeper?,
    address: String, endpoint: (_ lane: Int) throws -> String, context: Context, log: Logger
  ) throws {
    let network = Network(try ModelSpecification(parsing: settings.model), classes: settings.classes)
    let manifest = Manifest(of: network)
    let members = Members(folder: identity.folder.members)
    let keys = try door.map { _ in try identity.folder.keys.client() }
    let peers = try ServerLines(
      in: context, servers: identity.count, run: settings.run, patience: Patience(giveUpSeconds: .infinity),
      address: { try members.address(of: $0, count: identity.count) }, keys: { _ in keys })
    let shares = try LaneShares(
      of: identity, settings: settings, manifest: manifest, in: context, members, keys: keys, log: log)
    let known =
      identity.index == 0 && shares.isRecovered
      ? try KeptRun.recover(from: peers, generation: identity.generation) : nil
    // What is wholly known from the replica needs no checkpoint.
    let isComplete = shares.isComplete && (identity.index > 0 || known != nil)
    let owned = ShardPlan(manifest, servers: identity.count).runs
    let restored =
      try isComplete
      ? nil : Self.newestCheckpoint(of: identity, owned: owned, settings: settings, manifest: manifest, log: log)
    let checkpoint = restored?.checkpoint

    var initial = InitialValues(
      of: network, seed: settings.seed, prior: settings.loss.prior, slots: settings.optimizer.slots.count)
    var given = try checkpoint == nil && !isComplete ? settings.initialValues.map { try StartingWeights($0) } : nil
    let slots = settings.optimizer.slots.count
    let services = try shares.services { chunk in
      guard let restored, checkpoint != nil else {
        return try given?.state(of: manifest.chunks[chunk], in: manifest, slots: slots)
          ?? initial.state(of: manifest.chunks[chunk])
      }
      return restored.states[chunk - owned[identity.index].lowerBound]
    }
    let otherLanes = try services.indices.dropFirst().map { index in
      let socket = try ServerLane(
        in: context, listening: endpoint(index), run: settings.run, door: door, generation: identity.generation)
      return LaneThread(ParameterLane(socket, serving: services[index], backup: shares.backups[index]))
    }
    let leader =
      identity.index == 0
      ? try RunLeader(
        starting: identity, settings: settings, manifest: manifest, checkpoint: checkpoint, known: known, door: door,
        log: log)
      : nil
    try members.publish(
      Member(
        index: identity.index, count: identity.count, address: address, pid: getpid(),
        generation: identity.generation, run: settings.run, publicKey: door?.keys.publicKey))
    log.notice(
      "serving",
      metadata: [
        "address": "\(address)", "keys": "\(door == nil ? "none" : "demanded")", "chunks": "\(shares.chunkCount)",
        "start": "\(identity.generation)",
        "from": "\(isComplete ? "the replica" : checkpoint.map { "step \($0.manifest.step)" } ?? "the beginning")",
      ])
    self.init(
      identity, lane: ParameterLane(lane, serving: services[0], backup: shares.backups[0]), otherLanes: otherLanes,
      leader: leader,
      keeping: KeptRun(isOn: settings.replicas > 0, generation: identity.generation) {
        try? Generation.latest(in: identity.folder, server: 0)
      }, peers: peers, slots: settings.optimizer.slots,
      board: Board(
        "server-\(identity.index)", of: identity.folder, from: checkpoint?.manifest.step ?? 0, log: log), log: log)
  }

  /// The server's share of the checkpoint to go on from; each one that is damaged is named, and the one before it is taken.
  private static func newestCheckpoint(
    of identity: ServerIdentity, owned: [Range<Int>], settings: RunSettings, manifest: Manifest, log: Logger
  ) throws -> RestoredShare {
    var board = CheckFolder(of: identity)
    let found = try identity.store.restore(
      part: identity.index, of: owned, in: manifest, run: settings.run, slots: settings.optimizer.slots,
      start: identity.generation, telling: &board)
    for refused in found.refused { log.error("a checkpoint is not used: \(refused)") }
    if found.checkpoint == nil {
      if let refused = found.refused.first {
        throw ClusterError("no checkpoint of the run is good, and it must not begin anew by itself: \(refused)")
      }
      try identity.folder.demandNoCheckpoint(in: identity.store.location)
    }
    return found
  }
}

extension RunLeader {
  fileprivate init(
    starting identity: ServerIdentity, settings: RunSettings, manifest: Manifest, checkpoint: Checkpoint?,
    known: KeptRun.Known?, door: Doorkeeper?, log: Logger
  ) throws {
    let now = Clock.seconds
    let blank = CheckpointManifest(
      run: settings.run, manifest: manifest, slots: settings.optimizer.slots)
    let saved = try checkpoint.map { try JSONDecoder().decode(Coordinator.Saved.self, from: $0.manifest.coordinator) }
    let lastName = try identity.store.names().last
    let lastStep = known.map(\.lastCheckpointStep) ?? checkpoint?.manifest.step
    try self.init(
      identity, settings: settings, manifest: manifest, restoring: known?.coordinator ?? saved,
      checkpoints: CheckpointRounds(
        identity, policy: settings.checkpoints, blank: blank, lastStep: lastStep, lastName: lastName, at: now,
        log: log),
      door: door, at: now, log: log)
  }
}
