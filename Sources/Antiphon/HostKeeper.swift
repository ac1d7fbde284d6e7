import Clusters
import Foundation
import Telemetry
import Transport

/// Keeps going what a run has on this host, as the placement in the run's folder says, until the run has ended. It needs
/// nobody who watches it.
struct HostKeeper {
  /// How long processes may take to end by themselves once server 0 has ended the run.
  private static let graceSeconds = 15.0

  private let folder: RunFolder
  private let host: String
  private let cluster: LocalCluster
  private let stop: StopSignal
  private let say: (String) -> Void
  private var leader: LeaderWatch
  private var placement: Placement
  private var lastLook = 0.0
  private var lastStop = 0.0
  private var hasLeaderBeenThere = false
  private var leaderEndedAt: Double?

  /// - Parameters:
  ///   - address: By which other hosts reach this one.
  ///   - say: Is given each line for people.
  init(
    _ folder: RunFolder, host: String, address: String, stop: StopSignal, threads: @escaping (_ workers: Int) -> Int,
    say: @escaping (String) -> Void
  ) throws {
    guard let placement = try folder.placement(), placement.hosts.contains(where: { $0.name == host }) else {
      throw ClusterError(
        "expected \(host) among the hosts of the run: 'antiphon train --hosts FILE' says which they are")
    }
    guard placement.hosts.count == 1 || !ServerAddress.isLoopback(address) else {
      throw ClusterError(
        "\(host) is reached at \(address), where no other host reaches it: list it by the name that the others have for it"
      )
    }
    self.folder = folder
    self.host = host
    self.stop = stop
    self.say = say
    self.placement = placement
    leader = try LeaderWatch(of: folder)
    cluster = try LocalCluster(
      folder, wanted: placement.processes(of: host), programs: LocalTraining.programs, address: address,
      threads: threads)
  }

  mutating func run() throws {
    defer { end() }
    while true {
      let now = Clock.seconds
      if now - lastLook >= 0.5 { look(at: now) }
      if placement.isCancelled { return say("all is ended at once") }
      for note in try cluster.tick(at: now) { say(note) }
      if let status = try leader.hear(at: now) {
        cluster.isEnding = cluster.isEnding || [.stopping, .finished].contains(status.state)
      }
      if stop.isSent { askForTheEnd(at: now) }
      let isGraceOver = leaderEndedAt.map { now - $0 > Self.graceSeconds } ?? false
      if cluster.isEnding, cluster.isOver, !cluster.isAnyRunning || isGraceOver || stop.isUrgent { return }
      Thread.sleep(forTimeInterval: 0.1)
    }
  }

  /// Reads what is to be here, and whether server 0 has taken leave. While the run's folder cannot be read, all stays.
  private mutating func look(at now: Double) {
    lastLook = now
    do {
      placement = try folder.placement() ?? placement
      let wanted = placement.processes(of: host)
      if wanted != cluster.wanted { say("to be here: \(wanted.map(\.description).joined(separator: ", "))") }
      cluster.wanted = wanted
      let isThere = try Members(folder: folder.members).first() != nil
      if !isThere, leaderEndedAt == nil, try hasRunEnded() {
        leaderEndedAt = now
        (cluster.isEnding, cluster.hasLeaderEnded) = (true, true)
      }
      hasLeaderBeenThere = hasLeaderBeenThere || isThere
    } catch { say("the run's folder cannot be read: \(error)") }
  }

  /// Whether server 0, which is not there, has taken leave: a keeper that was started late may not have seen it.
  private func hasRunEnded() throws -> Bool {
    try hasLeaderBeenThere || folder.endings() > placement.earlierEndings
  }

  private mutating func askForTheEnd(at now: Double) {
    guard now - lastStop >= 1 else { return }
    if lastStop == 0 { say("told to end: the run gets its last checkpoint") }
    lastStop = now
    leader.askForTheEnd()
  }

  private func end() {
    cluster.kill()
    while cluster.isAnyRunning {
      _ = cluster.hearEndings(at: Clock.seconds)
      Thread.sleep(forTimeInterval: 0.05)
    }
  }
}
