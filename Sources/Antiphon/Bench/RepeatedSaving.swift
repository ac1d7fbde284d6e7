import Foundation
import Transport
import Wire

/// Has the servers of a run write their shards of a checkpoint again and again, as server 0 does for one that is then
/// committed; none of these is, and each is removed before the next.
final class RepeatedSaving {
  private let lines: ServerLines
  private let folder: String
  private var awaited: Set<Int> = []
  private var count = 0
  private var begin = 0.0

  /// What each took, from asking the servers until all had answered.
  private(set) var seconds: [Double] = []
  /// Whether others are to follow.
  var isWanted = false
  /// Whether one is under way.
  var isOpen: Bool { !awaited.isEmpty }

  /// - Parameter folder: That of the run's checkpoints.
  init(lines: ServerLines, into folder: String) {
    self.lines = lines
    self.folder = folder
  }

  /// Hears of shards that are written, and asks for the next ones when all are.
  func goOn() throws {
    for (server, reply) in try lines.exchange() {
      guard case .saved = reply else { throw BenchmarkError("server \(server) wrote no shard: \(reply)") }
      awaited.remove(server)
      guard awaited.isEmpty else { continue }
      seconds.append(Clock.seconds - begin)
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
    if awaited.isEmpty, isWanted { askAll() }
  }

  private var name: String { String(format: "step-%08d", count) }

  private func askAll() {
    count += 1
    begin = Clock.seconds
    awaited = Set(0..<lines.count)
    for server in awaited { lines.ask(server, .save(folder: name)) }
  }
}
