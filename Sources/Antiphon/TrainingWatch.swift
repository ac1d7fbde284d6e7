import Clusters
import Foundation
import Telemetry
import Transport

/// Watches a training on this machine until it has ended: keeps its processes going, shows how far it is, and has it
/// stopped in good order when somebody asks for that.
struct TrainingWatch {
  private let folder: RunFolder
  private let cluster: LocalCluster
  private let servers: Int
  private let evaluators: Int
  private let stop: StopSignal
  private var leader: LeaderWatch
  private let display = ProgressDisplay()
  private var lastStop = 0.0
  /// Whether somebody had the run stopped: a server 0 that is started anew must be told again.
  private var isStopping = false
  /// How long it is to train; `nil` for to its last step.
  private let seconds: Double?
  private var deadline = Double.infinity

  init(of folder: RunFolder, _ cluster: LocalCluster, stop: StopSignal, seconds: Double? = nil) throws {
    self.seconds = seconds
    self.folder = folder
    self.cluster = cluster
    self.stop = stop
    servers = cluster.wanted.count { $0.role == .server }
    evaluators = cluster.wanted.count { $0.role == .evaluator }
    leader = try LeaderWatch(of: folder)
  }

  /// - Returns: How the run was when it ended.
  mutating func run() throws -> RunStatus {
    do {
      while !cluster.isOver {
        let now = Clock.seconds
        for note in try cluster.tick(at: now) { display.note(note) }
        try hear(at: now)
        if stop.isUrgent { throw Interruption() }
        if stop.isSent || isStopping || now >= deadline { askForTheEnd(at: now) }
        Thread.sleep(forTimeInterval: 0.1)
      }
    } catch {
      display.finish()
      endAll(within: stop.isUrgent ? 0 : 20)
      throw error
    }
    endAll(within: 15)
    let status = try RunQuestions.recordedStatus(of: folder)
    display.finish(progress(of: status, at: Clock.seconds))
    return status
  }

  private mutating func hear(at now: Double) throws {
    guard let status = try leader.hear(at: now) else { return }
    cluster.wanted = ProcessName.all(
      servers: servers, workers: status.desiredWorkers, evaluators: evaluators)
    isStopping = isStopping || status.state == .stopping
    if let seconds, deadline == .infinity, status.state == .running { deadline = now + seconds }
    cluster.isEnding = isStopping || status.state == .finished
    display.update(progress(of: status, at: now))
  }

  /// By steps, or by time where that is what ends it.
  private func progress(of status: RunStatus, at now: Double) -> TaskProgress {
    guard let seconds else { return status.progress }
    let left = deadline.isFinite ? max(0, deadline - now) : seconds
    return TaskProgress(
      "train", done: Int(seconds - left), total: Int(seconds), unit: "s",
      details: ["step \(TaskProgress.grouped(status.step))"] + status.progress.details)
  }

  /// Tells server 0, and again if it was started anew meanwhile.
  private mutating func askForTheEnd(at now: Double) {
    guard now - lastStop >= 1 else { return }
    if lastStop == 0, stop.isSent {
      display.note("stopping: a last checkpoint is being made (once more Ctrl-C stops at once)")
    }
    lastStop = now
    cluster.isEnding = true
    cluster.stop(ProcessName(.server, 0))
  }

  /// Has every process that is left end, and ends those that do not.
  private func endAll(within seconds: Double) {
    let deadline = Clock.seconds + seconds
    cluster.stop()
    while cluster.isAnyRunning {
      if Clock.seconds >= deadline || stop.isUrgent { cluster.kill() }
      Thread.sleep(forTimeInterval: 0.05)
      _ = cluster.hearEndings(at: Clock.seconds)
    }
  }
}
