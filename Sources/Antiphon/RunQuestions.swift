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

  /// - Parameter patienceSeconds: How long a silent server is waited for.
  init(of folder: RunFolder, patienceSeconds: Double = 3) throws {
    let members = Members(folder: folder.members)
    self.folder = folder
    lines = try ServerLines(
      in: Context(), servers: 1, run: try folder.settings().run,
      patience: Patience(retrySeconds: 0.5, longestRetrySeconds: 1, giveUpSeconds: patienceSeconds),
      address: { _ in
        guard let member = try members.first() else { throw ClusterError("server 0 has not said where it is") }
        return member.address
      })
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

  /// The status that was recorded last.
  static func recordedStatus(of folder: RunFolder) throws -> RunStatus {
    guard var last = try folder.lastStatus() else {
      throw ClusterError("the run in \(folder.path) has not started: no server answers, and nothing is recorded")
    }
    if last.state != .finished { last.state = .stopped }
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
    ClusterError("the run in \(folder.path) is not running: no server answers", mayPass: true)
  }
}
