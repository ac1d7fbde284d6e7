import Clusters
import Foundation
import Parameters
import Telemetry
import Transport
import Wire

/// Asks server 0 of a run on behalf of somebody at the command line. Used by one thread.
struct RunQuestions {
  private let folder: RunFolder
  private let lines: ServerLines

  init(of folder: RunFolder) throws {
    self.folder = folder
    lines = try ServerLines(toLeaderOf: folder, giveUpSeconds: 3)
  }

  /// What server 0 says of the run; `nil` if no server answers.
  func liveStatus() throws -> RunStatus? {
    guard try Members(folder: folder.members).first() != nil else { return nil }
    do {
      guard case .status(let json) = try lines.answer(to: .status) else { return nil }
      return try JSONDecoder().decode(RunStatus.self, from: Data(json))
    } catch TransportError.silent { return nil }
  }

  /// The status of a run, live or as its record has it.
  func status() throws -> RunStatus {
    try liveStatus() ?? Self.recordedStatus(of: folder)
  }

  /// The status that was recorded last, of as many steps as the run is to have by now.
  static func recordedStatus(of folder: RunFolder) throws -> RunStatus {
    guard var last = try folder.lastStatus() else {
      throw ClusterError("the run in \(folder.path) has not started: no server answers, and nothing is recorded")
    }
    last.steps = try folder.settings().steps
    let hasAll = last.step >= last.steps && last.lastCheckpointStep == last.step
    last.state = last.state == .finished || hasAll ? .finished : .stopped
    for index in last.processes.indices { last.processes[index].state = .stopped }
    return last
  }

  /// Has server 0 do something.
  func tell(_ request: Request) throws {
    guard try Members(folder: folder.members).first() != nil else { throw notRunning }
    do {
      _ = try lines.answer(to: request)
    } catch TransportError.silent { throw notRunning }
  }

  private var notRunning: ClusterError {
    let hasStarted = (try? Generation.latest(in: folder, server: 0)) != 0
    guard hasStarted || folder.isWatched else {
      return ClusterError("the run in \(folder.path) has never been started: no server of it ever was there")
    }
    return ClusterError("the run in \(folder.path) is not running: no server answers", mayPass: true)
  }
}
