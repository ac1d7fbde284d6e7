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
    let plan = ShardPlan(manifest, servers: identity.count, lanes: settings.lanes)
    let checkpoint = try Self.newestCheckpoint(
      of: identity, manifest: manifest, slots: settings.optimizer.slots, log: log)

    var initial = InitialValues(of: network, seed: settings.seed, slots: settings.optimizer.slots.count)
    let stores = try plan.lanes[identity.index].map { owned in
      try ParameterStore(manifest, owned: owned, settings: settings, optimizer: settings.optimizer) { chunk in
        try checkpoint?.chunkState(chunk, of: manifest) ?? initial.state(of: manifest.chunks[chunk])
      }
    }
    let otherLanes = try stores.enumerated().dropFirst().map { index, store in
      try LaneThread(
        serving: store, in: context, listening: endpoint(index), run: settings.run, door: door,
        generation: identity.generation)
    }
    let members = Members(folder: identity.folder.members)
    let keys = try door.map { _ in try identity.folder.keys.client() }
    let peers = try ServerLines(
      in: context, servers: identity.count, run: settings.run, patience: Patience(giveUpSeconds: .infinity),
      address: { index in
        guard let member = try members.server(index, of: identity.count) else {
          throw ClusterError("server \(index) has not said where it is")
        }
        return member.address
      }, keys: { _ in keys })
    let leader =
      identity.index == 0
      ? try RunLeader(
        starting: identity, settings: settings, manifest: manifest, checkpoint: checkpoint, door: door, log: log)
      : nil
    try members.publish(
      Member(
        index: identity.index, count: identity.count, address: address, pid: getpid(),
        generation: identity.generation, run: settings.run, publicKey: door?.keys.publicKey))
    log.notice(
      "serving",
      metadata: [
        "address": "\(address)", "keys": "\(door == nil ? "none" : "demanded")",
        "chunks": "\(plan.runs[identity.index].count)", "start": "\(identity.generation)",
        "from": "\(checkpoint.map { "step \($0.manifest.step)" } ?? "the beginning")",
      ])
    self.init(
      identity, lane: lane, store: stores[0], otherLanes: otherLanes, leader: leader, peers: peers,
      slots: settings.optimizer.slots, log: log)
  }

  /// The checkpoint to go on from; each one that is damaged is named, and the one before it is taken.
  private static func newestCheckpoint(
    of identity: ServerIdentity, manifest: Manifest, slots: [String], log: Logger
  ) throws -> Checkpoint? {
    let found = try CheckpointFolder(identity.folder.checkpoints).newestGood()
    for refused in found.refused { log.error("a checkpoint is not used: \(refused)") }
    if found.checkpoint == nil {
      if let refused = found.refused.first {
        throw ClusterError("no checkpoint of the run is good, and it must not begin anew by itself: \(refused)")
      }
      try identity.folder.demandNoCheckpoint()
    }
    try found.checkpoint?.check(against: manifest, slots: slots)
    return found.checkpoint
  }
}

extension RunLeader {
  fileprivate init(
    starting identity: ServerIdentity, settings: RunSettings, manifest: Manifest, checkpoint: Checkpoint?,
    door: Doorkeeper?, log: Logger
  ) throws {
    let now = Clock.seconds
    let blank = CheckpointManifest(
      run: settings.run, manifest: manifest, slots: settings.optimizer.slots)
    let saved = try checkpoint.map { try JSONDecoder().decode(Coordinator.Saved.self, from: $0.manifest.coordinator) }
    try self.init(
      identity, settings: settings, manifest: manifest, restoring: saved,
      checkpoints: CheckpointRounds(
        identity, policy: settings.checkpoints, blank: blank, lastStep: checkpoint?.manifest.step, at: now, log: log),
      door: door, at: now, log: log)
  }
}
