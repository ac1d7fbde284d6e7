import Foundation

/// What the threads of a process that still runs have used so far, by their ids (`/proc/PID/task/ID/stat`).
struct ThreadUsage {
  private let seconds: [String: Double]

  init(of process: Int32) throws {
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    let folder = "/proc/\(process)/task"
    var seconds: [String: Double] = [:]
    for thread in try FileManager.default.contentsOfDirectory(atPath: folder) {
      // A thread may have ended since.
      guard let stat = try? String(contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8) else { continue }
      let fields = stat[stat.index(after: stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
      guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
        throw BenchmarkError("expected the times of a thread in \(folder)/\(thread)/stat")
      }
      seconds[thread] = (user + system) / ticks
    }
    self.seconds = seconds
  }

  /// Of the thread that used most since then.
  func busiestSeconds(since before: ThreadUsage) -> Double {
    seconds.map { $1 - (before.seconds[$0] ?? 0) }.max() ?? 0
  }
}
