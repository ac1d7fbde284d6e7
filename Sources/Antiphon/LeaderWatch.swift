import Clusters
import Foundation
import Telemetry
import Transport
import Wire

/// Asks server 0 twice a second how the run is. Used by one thread.
struct LeaderWatch {
  private let lines: ServerLines
  private var lastAsked = 0.0

  init(of folder: RunFolder) throws {
    lines = try ServerLines(toLeaderOf: folder, giveUpSeconds: .infinity)
  }

  /// Sends what is due, and never waits.
  ///
  /// - Returns: How the run is, if server 0 has just said it.
  mutating func hear(at now: Double) throws -> RunStatus? {
    var status: RunStatus?
    for case (_, .status(let json)) in try exchange() {
      status = try JSONDecoder().decode(RunStatus.self, from: Data(json))
      lastAsked = now
    }
    if lastAsked == 0 || now - lastAsked >= 0.5, lines.isIdle { lines.ask(0, .status) }
    return status
  }

  /// Has server 0 end the run in good order.
  func askForTheEnd() { lines.ask(0, .stop) }

  private func exchange() throws -> [(server: Int, Reply)] {
    do {
      return try lines.exchange()
    } catch TransportError.refused { return [] }  // a stranger at server 0's old address
  }
}
