import Clusters
import Foundation
import Parameters
import Telemetry
import Transport
import Wire

/// Watches a training on this machine until it has ended: keeps its processes going, shows how far it is, and has it
/// stopped in good order when somebody asks for that.
struct TrainingWatch {
  private let folder: RunFolder
  private let cluster: LocalCluster
  private let stop: StopSignal
  private let lines: ServerLines
  private let display = ProgressDisplay()
  private var lastAsked = 0.0
  private var lastStop = 0.0
  /// Whether somebody had the run stopped: a server 0 that is started anew must be told again.
  private var isStopping = false

  init(of folder: RunFolder, _ cluster: LocalCluster, stop: StopSignal) throws {
    self.folder = folder
    self.cluster = cluster
    self.stop = stop
    lines = try ServerLines(toLeaderOf: folder, giveUpSeconds: .infinity)
  }

  /// - Returns: How the run was when it ended.
  mutating func run() throws -> RunStatus {
    do {
      while !cluster.isOver {
        let now = Clock.seconds
        for note in try cluster.tick(at: now) { display.note(note) }
        try hear(at: now)
        if stop.isUrgent { throw Interruption() }
        if stop.isSent || isStopping { askForTheEnd(at: now) }
        Thread.sleep(forTimeInterval: 0.1)
      }
    } catch {
      display.finish()
      endAll(within: stop.isUrgent ? 0 : 20)
      throw error
    }
    endAll(within: 15)
    let status = try RunQuestions.recordedStatus(of: folder)
    display.finish(status.progress)
    return status
  }

  /// Asks server 0 twice a second how the run is.
  private mutating func hear(at now: Double) throws {
    for (_, reply) in try exchange() {
      guard case .status(let json) = reply else { continue }
      let status = try JSONDecoder().decode(RunStatus.self, from: Data(json))
      cluster.desiredWorkers = status.desiredWorkers
      isStopping = isStopping || status.state == .stopping
      cluster.isEnding = isStopping || status.state == .finished
      display.update(status.progress)
      lastAsked = now
    }
    if lastAsked == 0 || now - lastAsked >= 0.5, lines.isIdle { lines.ask(0, .status) }
  }

  private func exchange() throws -> [(server: Int, Reply)] {
    do {
      return try lines.exchange()
    } catch TransportError.refused { return [] }  // a stranger at server 0's old address
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
