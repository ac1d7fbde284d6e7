import Clusters
import Foundation
import Logging
import Parameters
import Telemetry
import Transport
import Wire

/// What server 0 does beyond serving: it lets workers join and leave, counts steps, has checkpoints made, keeps the
/// record of the run, and ends it.
struct RunLeader: ~Copyable {
  enum Phase: Equatable {
    case training
    /// No more mini-batches are handed out; workers send their last gradients and leave.
    case draining(since: Double)
    case savingLast
    /// Evaluators score the last checkpoint, and are told to go.
    case scoringLast
    /// The other servers are told to end.
    case ending(since: Double)
    case ended
  }

  /// So long may the step take that is under way when a `sync` run is stopped.
  private static let longestLastStepSeconds = 20.0

  /// More bytes than the state of any worker's sampler has.
  private static let largestSampler = 1 << 25

  let identity: ServerIdentity
  var settings: RunSettings
  private let manifest: Manifest
  let door: Doorkeeper?
  let log: Logger
  let started: Double
  var coordinator: Coordinator
  var phase = Phase.training
  var checkpoints: CheckpointRounds
  var meter: TrainingMeter
  private var record: RunRecord
  private var lastRecord: Double
  private var recordedCheckpointStep: Int?
  private var peersToEnd: Int
  private(set) var others: OtherServers
  /// Of each server's share of the weights.
  let shardBytes: [Int]
  var events: EventLog
  private var recordFails = false
  var evaluators: Evaluators
  private let board: Board
  let validationBoard: Board
  /// The traffic of server 0 of late.
  private(set) var trafficRate: RecentRate
  private var lastTraffic = 0

  /// - Parameters:
  ///   - saved: What the checkpoint knows from which the run goes on.
  ///   - door: Who counts the clients that are not let in.
  init(
    _ identity: ServerIdentity, settings: RunSettings, manifest: Manifest, restoring saved: Coordinator.Saved?,
    checkpoints: CheckpointRounds, door: Doorkeeper?, at now: Double, log: Logger
  ) throws {
    let record = try RunRecord(appendingTo: identity.folder.metrics)
    let events = try EventLog(of: identity.folder, log: log)
    let evaluators = try Evaluators(of: identity.folder, at: checkpoints.lastStep ?? 0, log: log)
    self.identity = identity
    self.settings = settings
    self.manifest = manifest
    self.door = door
    self.log = log
    self.checkpoints = checkpoints
    self.record = record
    started = now
    lastRecord = now
    coordinator = Coordinator(settings, restoring: saved)
    meter = TrainingMeter(from: now)
    peersToEnd = identity.count - 1
    others = OtherServers(of: identity.count, at: now)
    shardBytes = ShardPlan(manifest, servers: identity.count).runs.map { run in
      run.reduce(0) { $0 + manifest.chunks[$1].count * MemoryLayout<Float>.size }
    }
    self.events = events
    self.evaluators = evaluators
    board = Board("train", of: identity.folder, from: coordinator.step, log: log)
    validationBoard = Board("validation", of: identity.folder, from: coordinator.step, log: log)
    trafficRate = RecentRate(from: now)
    self.checkpoints.sparedSteps = evaluators.sparedSteps
    self.events.note(
      .started, "server 0 begins at step \(coordinator.step), in its start \(identity.generation)", at: coordinator.step
    )
  }

  /// Whether the run is over and the process may go.
  var hasEnded: Bool { phase == .ended }
  /// Why the last checkpoint could not be made; `nil` if it could.
  var lastCheckpointError: String? { checkpoints.lastError }

  /// What another start of server 0 would need to know.
  var known: KeptRun.Known {
    KeptRun.Known(coordinator: coordinator.saved, lastCheckpointStep: checkpoints.lastStep)
  }

  /// Ends the run in good order.
  mutating func stop() {
    if !coordinator.isFinished { events.note(.stopped, "the run was told to stop", at: coordinator.step) }
    coordinator.stop()
  }

  /// Answers what only server 0 answers; `nil` for any other request.
  mutating func answer(_ request: Request, counts: LaneCounts, at now: Double) throws -> Reply? {
    switch request {
    case .settings:
      var told = settings
      told.checkpoints.place =
        settings.checkpoints.place ?? URL(filePath: identity.folder.checkpoints).standardizedFileURL.path
      return .settings(try Array(JSONEncoder().encode(told)))
    case .join(let join):
      return admit(join, at: now)
    case .advance(let incarnation, let weights, let completed):
      return .directive(
        advance(incarnation, weights: Int(clamping: weights), completed: completed, at: now))
    case .sampler(let incarnation, let state):
      return take(state, of: incarnation, at: now)
    case .lease(let incarnation, let holding, let read):
      return .lease(coordinator.lease(incarnation, holding: holding, read: read, at: now))
    case .report(let incarnation, let index, let process):
      let directive = coordinator.report(incarnation, index: Int(index), process: Int(process), at: now)
      return .directive(coordinator.instruction(directive, for: incarnation))
    case .leave(let incarnation, let read):
      let index = coordinator.workers[incarnation]?.index
      coordinator.leave(incarnation, read: read)
      if let index { events.note(.left, "worker \(index) leaves", at: coordinator.step) }
      return .done
    case .attend(let index, let process, let step):
      return .directive(attend(index, process: process, scoring: step, at: now))
    case .validation(let result):
      return take(validation: result)
    case .retire(let index, let process):
      retire(index, process: process)
      return .done
    case .status:
      return .status(try Array(JSONEncoder().encode(status(counts: counts, at: now))))
    case .scale(let workers):
      return scale(to: Int(workers))
    case .stop:
      stop()
      return .done
    case .pull, .push, .outcome, .save, .snapshot, .end, .lanes, .replicate, .copy, .recover, .keep, .kept, .load:
      return nil
    }
  }

  /// Does what is due by time: drops silent workers, drives checkpoints, writes the record, ends the run.
  mutating func tick(_ peers: ServerLines, counts: LaneCounts, at now: Double) throws {
    for worker in coordinator.dropSilent(at: now) {
      events.note(
        .silent, "worker \(worker.index) is silent: its shards are read by others", at: coordinator.step)
    }
    for index in evaluators.dropSilent(at: now) {
      events.note(.silent, "evaluator \(index) is silent", at: coordinator.step)
    }
    trafficRate.add(counts.traffic.total - lastTraffic, at: now)
    lastTraffic = counts.traffic.total
    for (server, reply) in try peers.exchange() {
      others.hear(from: server, at: now)
      switch reply {
      case .done: peersToEnd -= 1
      case .load(let generation, let received, let sent):
        let bytes = Int(clamping: received) &+ Int(clamping: sent)
        if others.take(bytes: bytes, of: generation, from: server, at: now) {
          events.note(.joined, "server \(server) was started anew", at: coordinator.step)
        }
      default: checkpoints.take(reply, from: server)
      }
    }
    if phase == .training { openCheckpointIfDue(peers, at: now) }
    try checkpoints.commitIfComplete(peers, at: now)
    noteChanges(at: now)
    moveOn(peers, counts: counts, at: now)
    if now - lastRecord >= 2 || checkpoints.lastStep != recordedCheckpointStep {
      lastRecord = now
      recordedCheckpointStep = checkpoints.lastStep
      note(counts: counts, at: now)
    }
    others.ask(peers, at: now)
  }

  /// Notes what became of checkpoints and of the other servers.
  private mutating func noteChanges(at now: Double) {
    for (kind, text) in checkpoints.takeNews() { events.note(kind, text, at: coordinator.step) }
    for (index, isSilent) in others.changes(at: now) {
      events.note(
        isSilent ? .silent : .joined, "server \(index) is \(isSilent ? "silent" : "back")", at: coordinator.step)
    }
  }

  /// Opens a checkpoint that is due; in `sync` where all rest, and they go on when all servers have their snapshot.
  private mutating func openCheckpointIfDue(_ peers: ServerLines, at now: Double) {
    if checkpoints.isDue(at: coordinator.step, now) {
      coordinator.rest()
      if coordinator.isReadyToSave { checkpoints.open(coordinator, peers, at: now) }
    } else if !checkpoints.awaitsSnapshots {
      coordinator.goOn(until: checkpoints.stepOfNext(after: coordinator.step))
    }
  }

  /// Adds to the record; where that fails, the training goes on.
  private mutating func note(counts: LaneCounts, at now: Double) {
    do {
      let status = try status(counts: counts, at: now)
      board.add(status)
      try record.append(status)
      recordFails = false
    } catch {
      if !recordFails { log.error("the record is not written: \(error)") }
      recordFails = true
    }
  }

  /// Whether the last checkpoint would be that from which the run goes on anyway, and waits for a server that is not there.
  private func isNothingToSave(at now: Double) -> Bool {
    coordinator.step == checkpoints.lastStep ?? 0
      && (1..<max(1, identity.count)).contains { others.isSilent($0, at: now) }
  }

  private mutating func moveOn(_ peers: ServerLines, counts: LaneCounts, at now: Double) {
    switch phase {
    case .training:
      if coordinator.isFinished { phase = .draining(since: now) }
    case .draining(let since):
      // In `sync` a worker may be missing for the step that is under way.
      if now - since > Self.longestLastStepSeconds { coordinator.stopWaitingForStep() }
      // Workers tell every second that they live: who is silent now has died, and leaves no more.
      let isAnybodyLeft = coordinator.workers.values.contains { now - $0.lastHeard < 3 }
      let longest = 15 + (settings.consistency.isSync ? Self.longestLastStepSeconds : 0)
      guard !isAnybodyLeft || now - since > longest, !checkpoints.isOpen else { return }
      phase = .savingLast
    case .savingLast:
      if isNothingToSave(at: now) || checkpoints.openLast(coordinator, peers, at: now) { phase = .scoringLast }
    case .scoringLast:
      guard evaluators.present.isEmpty else { return }
      for server in 1..<max(1, identity.count) { peers.ask(server, .end) }
      phase = .ending(since: now)
    case .ending(let since):
      guard peersToEnd == 0 || now - since > 10 else { return }
      note(counts: counts, at: now)
      events.note(
        .ended, "the run has ended, after \(TaskProgress.grouped(coordinator.examples)) examples", at: coordinator.step)
      phase = .ended
    case .ended:
      return
    }
  }

  private mutating func admit(_ join: Request.Join, at now: Double) -> Reply {
    if join.manifest != manifest.digest {
      let expected = "model \(settings.model) with \(settings.classes) labels (digest \(hex(manifest.digest)))"
      return .refused("the servers train \(expected), the worker has another one (digest \(hex(join.manifest)))")
    }
    if join.vocabulary != settings.vocabularyDigest {
      let expected = "the labels with digest \(settings.vocabularyDigest)"
      return .refused("the servers train on \(expected), the worker's dataset has those of \(join.vocabulary)")
    }
    events.note(.joined, "worker \(join.index) joins, process \(join.process)", at: coordinator.step)
    return .joined(
      incarnation: coordinator.admit(
        index: Int(join.index), process: Int(join.process), generation: identity.generation, at: now),
      sampler: coordinator.sampler(ofWorker: Int(join.index)) ?? "")
  }

  /// Takes down the number of workers that there are to be, also in the run's configuration, which a restart reads.
  private mutating func scale(to workers: Int) -> Reply {
    let needed = settings.consistency.fewestWorkers
    guard workers <= RunSettings.mostWorkers else {
      return .refused("expected at most \(RunSettings.mostWorkers) workers, \(workers) were asked for")
    }
    if needed > 1, workers < needed {
      return .refused("this '\(settings.consistency)' run needs \(needed) workers: it cannot go on with \(workers)")
    }
    do {
      var changed = try identity.folder.settings()
      changed.workers = workers
      try identity.folder.write(changed)
    } catch {
      log.error("the number of workers is not changed: \(error)")
      return .refused("the number of workers cannot be written into the run's configuration: \(error)")
    }
    let from = coordinator.desiredWorkers
    events.note(.scaled, "\(workers) workers are wanted, in place of \(from)", at: coordinator.step)
    coordinator.desiredWorkers = workers
    return .done
  }

  private mutating func advance(
    _ incarnation: UInt64, weights: Int, completed: Coordinator.Completion?, at now: Double
  ) -> Coordinator.Instruction {
    let isKnown = completed.map { coordinator.knows($0, of: incarnation) } ?? true
    let examples = coordinator.examples
    let directive = coordinator.advance(incarnation, weights: weights, completed: completed, at: now)
    if let completed, !isKnown {
      meter.add(examples: coordinator.examples - examples, loss: Double(completed.loss), at: now)
      meter.add(waitedSeconds: Double(completed.waitedSeconds), ofSeconds: Double(completed.seconds))
    }
    return coordinator.instruction(directive, for: incarnation)
  }

  private mutating func take(_ sampler: String, of incarnation: UInt64, at now: Double) -> Reply {
    guard sampler.utf8.count <= Self.largestSampler else {
      return .refused("expected at most \(Self.largestSampler) bytes of a sampler, \(sampler.utf8.count) came")
    }
    coordinator.take(sampler, of: incarnation, at: now)
    return .done
  }

  private func hex(_ digest: UInt64) -> String { String(digest, radix: 16) }
}
