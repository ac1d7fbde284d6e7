import Clusters
import Foundation
import Telemetry
import Transport

/// Watches a training on several hosts until it has ended: has their keepers started, shows how far it is, gives the
/// processes of hosts that are gone to others, and follows the wanted number of workers.
///
/// The run does not depend on it: when it is gone, what runs goes on, and a new one takes its place.
struct HostedTraining {
  /// A host that was not to be reached for so long is taken as gone.
  private static let lostSeconds = 30.0

  private let folder: RunFolder
  private let stop: StopSignal
  private let links: [HostLink]
  private let display = ProgressDisplay()
  private var leader: LeaderWatch
  private var placement: Placement
  private var lastStop = 0.0

  init(of folder: RunFolder, _ placement: Placement, stop: StopSignal) throws {
    self.folder = folder
    self.stop = stop
    self.placement = placement
    leader = try LeaderWatch(of: folder)
    links = try placement.hosts.map {
      try HostLink(to: $0.name, of: folder, program: "\(LocalTraining.programs)/antiphon", at: Clock.seconds)
    }
  }

  /// - Returns: How the run was when it ended.
  mutating func run() throws -> RunStatus {
    defer { display.finish() }
    while !isOver {
      let now = Clock.seconds
      for link in links {
        for note in link.tick(at: now) { display.note("\(link.host): \(note)") }
      }
      try judgeHosts(at: now)
      if let status = try leader.hear(at: now) {
        display.update(status.progress)
        try change { $0.scale(to: status.desiredWorkers) }
      }
      if stop.isUrgent {
        try cancel()
        throw Interruption()
      }
      if stop.isSent {
        guard isAnyHostThere else {
          display.note(unreachable)
          throw Interruption()
        }
        askForTheEnd(at: now)
      }
      Thread.sleep(forTimeInterval: 0.1)
    }
    let status = try RunQuestions.recordedStatus(of: folder)
    display.finish(status.progress)
    return status
  }

  private var isAnyHostThere: Bool { links.contains { $0.state == .up || $0.state == .done } }

  private var unreachable: String {
    "no host can be reached; " + (folder.hasKeepers ? "what runs there goes on" : "nothing was started there")
  }

  /// Whether the keepers of all hosts that are there have ended.
  private var isOver: Bool {
    links.contains { $0.state == .done } && links.allSatisfy { $0.state == .done || placement.lost.contains($0.host) }
  }

  private mutating func judgeHosts(at now: Double) throws {
    for link in links {
      switch link.state {
      case .failed(let reason):
        try cancel()
        throw ClusterError("\(link.host): \(reason)")
      case .down(let since) where now - since > Self.lostSeconds && !placement.lost.contains(link.host):
        // Where none can be reached, it is this host that is cut off.
        guard isAnyHostThere else {
          throw ClusterError("\(unreachable). \(link.host): \(link.lastWords)", mayPass: true)
        }
        try change { $0.lose(link.host) }
        display.note("\(link.host) is gone (\(link.lastWords)): its processes go to other hosts")
      case .up where placement.lost.contains(link.host):
        try change { $0.regain(link.host) }
        display.note("\(link.host) is back")
      default: break
      }
    }
  }

  private mutating func change(_ body: (inout Placement) -> Void) throws {
    var changed = placement
    body(&changed)
    guard changed != placement else { return }
    try folder.write(changed)
    placement = changed
  }

  /// Tells server 0, and again if it was started anew meanwhile.
  private mutating func askForTheEnd(at now: Double) {
    guard now - lastStop >= 1 else { return }
    if lastStop == 0 {
      display.note("stopping: a last checkpoint is being made (once more Ctrl-C stops at once)")
    }
    lastStop = now
    leader.askForTheEnd()
  }

  /// Has all processes ended at once, and gives their keepers a moment to do it.
  private mutating func cancel() throws {
    try change { $0.isCancelled = true }
    let deadline = Clock.seconds + 10
    while Clock.seconds < deadline, links.contains(where: { $0.state == .up }) {
      for link in links { _ = link.tick(at: Clock.seconds) }
      Thread.sleep(forTimeInterval: 0.1)
    }
  }
}
