import Checkpoints
import Clusters
import Foundation
import HTTP
import Logging
import Parameters
import Programs
import Telemetry
import Transport
import Wire

/// Why a server cannot go on.
enum ServerError: Error, CustomStringConvertible {
  case replaced(generation: UInt32, by: UInt32)
  case lastCheckpointFailed(String)
  case leftAlone(seconds: Double)
  case unfinished(seconds: Double)
  case shardReplaced(server: Int)

  var description: String {
    switch self {
    case .replaced(let generation, let newer):
      "this is start \(generation) of the server, and start \(newer) has taken its place: it must not go on"
    case .lastCheckpointFailed(let reason): "the run ended without its last checkpoint: \(reason)"
    case .leftAlone(let seconds):
      "server 0 did not end the run within \(Int(seconds)) s: what came after the last checkpoint is lost"
    case .shardReplaced(let server): "server \(server) was started anew while the checkpoint was being committed"
    case .unfinished(let seconds):
      "not all servers wrote their shard of the last checkpoint within \(Int(seconds)) s: what came after the one before "
        + "is lost"
    }
  }
}

/// A parameter server at work: its first lane, which does all that is not about parameters too, and its other lanes.
struct ServerProcess: ~Copyable {
  /// How long a server that was told to end waits for server 0 to have the last checkpoint made.
  private static let graceSeconds = 60.0
  /// How long a server that was told to end waits for a word of server 0 where the run's folder knows of none: others see
  /// late what is new in a folder on a network.
  private static let leaderlessSeconds = 5.0
  /// How long a server that was told that the run has ended still answers: ZeroMQ forgets what came in and was not yet
  /// read when the line breaks, so one that leaves at once is not heard.
  private static let farewellSeconds = 0.3

  private let identity: ServerIdentity
  private let slots: [String]
  private let peers: ServerLines
  private let board: Board
  private let log: Logger
  private var lane: ParameterLane
  private let otherLanes: [LaneThread]
  private var leader: RunLeader?
  private var saving: (saver: ShardSaver, askers: [ReturnAddress])?
  private var toldToEnd: Double?
  /// Whether server 0 has answered.
  private var isLeaderThere = false
  private var lastGenerationCheck = 0.0
  /// The newest start of this server that a request spoke of.
  private var newestHeard: UInt32 = 0
  private var keeping: KeptRun

  /// - Parameters:
  ///   - leader: What server 0 does beyond serving; `nil` on the others.
  ///   - peers: Lines to all servers, this one too.
  ///   - slots: What the optimizer keeps beside each weight.
  ///   - board: Is told where the values lie, at each checkpoint.
  init(
    _ identity: ServerIdentity, lane: consuming ParameterLane, otherLanes: [LaneThread], leader: consuming RunLeader?,
    keeping: KeptRun, peers: ServerLines, slots: [String], board: Board, log: Logger
  ) {
    self.identity = identity
    self.board = board
    self.slots = slots
    self.peers = peers
    self.log = log
    self.lane = lane
    self.otherLanes = otherLanes
    self.leader = leader
    self.keeping = keeping
  }

  /// Serves until the run has ended.
  ///
  /// - Parameters:
  ///   - pages: Are told at each turn of the loop that it turns, and each second what there is to see.
  ///   - isStopping: Whether the process was told to end: the run is then ended in good order.
  mutating func serve(telling pages: ProcessPages, isStopping: () -> Bool) throws {
    var stopSince: Double?
    pages.health.becomeReady()
    while !hasEnded() {
      pages.health.turned()
      try answerWhatCame()
      let now = Clock.seconds
      if now - lastGenerationCheck >= 1 {
        try checkGeneration(at: now)
        if pages.areShown { pages.metrics.show(try metrics(at: now)) }
      }
      try answerSavers()
      do {
        let counts = counts
        try leader?.tick(peers, counts: counts, at: now)
        if leader == nil, try !peers.exchange().isEmpty { isLeaderThere = true }
        if keeping.isDue(at: now), let known = leader?.known { try keeping.tell(known, peers, at: now) }
      } catch TransportError.refused(let reason) {  // a stranger at a peer's old address: the peer will be found again
        log.error("a peer refuses: \(reason)")
      }
      if isStopping() {
        if stopSince == nil { askForTheEnd() }
        stopSince = stopSince ?? now
        if try isLeaderless(since: stopSince!, at: now) {
          log.notice("there is no server 0 who could have more saved than there is")
          break
        }
        if now - stopSince! > Self.graceSeconds {
          if let reason = leader?.lastCheckpointError { throw ServerError.lastCheckpointFailed(reason) }
          throw leader == nil
            ? ServerError.leftAlone(seconds: Self.graceSeconds) : .unfinished(seconds: Self.graceSeconds)
        }
      }
    }
    try checkGeneration(at: Clock.seconds)  // who was frozen may hear of the end first
    if let reason = leader?.lastCheckpointError { throw ServerError.lastCheckpointFailed(reason) }
    try Members(folder: identity.folder.members).withdraw(identity.index, generation: identity.generation)
  }

  private mutating func hasEnded() -> Bool {
    if let toldToEnd { return Clock.seconds - toldToEnd > Self.farewellSeconds }
    return leader?.hasEnded ?? false
  }

  /// Whether a server that was told to end is alone: a server 0 that dies stays in the run's folder, but one that has ended
  /// the run, and made the last checkpoint, has gone from there, and one that was never there gave nobody anything to compute.
  private func isLeaderless(since stop: Double, at now: Double) throws -> Bool {
    guard leader == nil, !isLeaderThere, now - stop > Self.leaderlessSeconds else { return false }
    return try Members(folder: identity.folder.members).first() == nil
  }

  /// Answers what has come, and waits for it for a moment.
  private mutating func answerWhatCame() throws {
    let others = try lane.turn(within: 20)
    for other in otherLanes { try other.check() }
    let newest = otherLanes.map(\.newestGeneration).reduce(lane.newestGeneration, max)
    if newest > newestHeard {  // the folder has the last word: who made a number up does no harm
      newestHeard = newest
      try checkGeneration(at: Clock.seconds)
    }
    for incoming in others { try answer(incoming) }
  }

  private var counts: LaneCounts {
    var counts = LaneCounts(droppedFrames: lane.droppedFrames, staleness: lane.staleness, traffic: lane.traffic)
    for other in otherLanes {
      counts.droppedFrames += other.droppedFrames
      counts.staleness.add(other.staleness)
      counts.traffic.add(other.traffic)
    }
    return counts
  }

  /// What Prometheus is shown of this server, and of the run where it is server 0.
  private func metrics(at now: Double) throws -> [PrometheusMetric] {
    let counts = counts
    return [
      PrometheusMetric(
        "antiphon_bytes_total", .counter, help: "Bytes of all messages.",
        [.init(Double(counts.traffic.received), ["direction": "received"])]
          + [.init(Double(counts.traffic.sent), ["direction": "sent"])]),
      PrometheusMetric(
        "antiphon_dropped_frames_total", .counter, help: "Messages that could not be read, or were of another run.",
        Double(counts.droppedFrames)),
      PrometheusMetric(
        "antiphon_staleness", help: "Updates that gradients of chunks came too late.",
        histogram: counts.staleness.histogram, mean: counts.staleness.mean),
    ] + (try leader?.status(counts: counts, at: now).prometheusMetrics ?? [])
  }

  private mutating func answer(_ incoming: Incoming) throws {
    switch incoming.request {
    case .save(let name), .snapshot(let name):
      guard let checkpoint = CheckpointName(name) else {
        return try lane.send(.refused("expected the name of a checkpoint, '\(name)' came"), to: incoming.sender)
      }
      try beginToSave(checkpoint)
      if case .snapshot = incoming.request {
        try lane.send(.snapshotTaken(folder: name), to: incoming.sender)
      } else {
        saving?.askers.append(incoming.sender)
      }
    case .load:
      let traffic = counts.traffic
      let load = Reply.load(
        generation: identity.generation, received: UInt64(traffic.received), sent: UInt64(traffic.sent))
      try lane.send(load, to: incoming.sender)
    case .lanes:
      try lane.send(.lanes(otherLanes.map(\.port)), to: incoming.sender)
    case .keep, .kept:
      try lane.send(keeping.answer(incoming.request), to: incoming.sender)
    case .replicate, .copy, .recover:
      try lane.send(.refused("this run has no replicas"), to: incoming.sender)
    case .end:
      toldToEnd = toldToEnd ?? Clock.seconds
      try lane.send(.done, to: incoming.sender)
    default:
      let counts = counts
      let reply = try leader?.answer(incoming.request, counts: counts, at: Clock.seconds)
      try lane.send(reply ?? .refused("only server 0 answers this, not server \(identity.index)"), to: incoming.sender)
    }
  }

  /// Takes what belongs in the shard of a checkpoint, and begins to write it; once, however often it is asked for.
  private mutating func beginToSave(_ name: CheckpointName) throws {
    guard saving?.saver.name != name else { return }
    let stores = try [lane.store] + otherLanes.map { try $0.store() }
    let snapshots = stores.flatMap { store in store.owned.map { ChunkSnapshot(chunk: $0, state: store[$0]) } }
    let owned = stores[0].owned.lowerBound..<stores[stores.count - 1].owned.upperBound
    let histograms = ShardHistograms(stores[0].manifest, slots: slots, step: name.step, board: board)
    let saver = ShardSaver(name: name, snapshots: snapshots, histograms: histograms) {
      [identity, slots, manifest = stores[0].manifest] () throws(CheckpointError) in
      try identity.store.shardWriter(
        name, server: identity.index, of: identity.count, manifest: manifest, owned: owned, slots: slots,
        generation: identity.generation)
    }
    saving = (saver, [])
  }

  /// Tells those who asked for a shard that it is written, or why not. Who asks once more is told again.
  private mutating func answerSavers() throws {
    guard let (saver, askers) = saving, !askers.isEmpty, let result = saver.result else { return }
    for asker in askers {
      switch result {
      case .success(let record):
        try lane.send(.saved(folder: "\(saver.name)", record: Array(JSONEncoder().encode(record))), to: asker)
      case .failure(let error): try lane.send(.notSaved(folder: "\(saver.name)", reason: "\(error)"), to: asker)
      }
    }
    saving?.askers = []
  }

  /// Asks server 0, or itself where this is it, to end the run.
  private mutating func askForTheEnd() {
    log.notice("told to end: the run gets its last checkpoint")
    leader?.stop()
    if leader == nil { peers.ask(0, .stop) }
  }

  /// Asks the run's folder whether this server has been started anew: done each second, and when somebody says so.
  private mutating func checkGeneration(at now: Double) throws {
    lastGenerationCheck = now
    let newest = try Generation.latest(in: identity.folder, server: identity.index)
    if newest > identity.generation { throw ServerError.replaced(generation: identity.generation, by: newest) }
  }
}
