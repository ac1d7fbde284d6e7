import Foundation

/// What processes that still run have used so far (`/proc/PID/stat`, `/proc/PID/status`).
struct ProcessUsage {
  /// Of all of them.
  var cpuSeconds = 0.0
  /// The most memory that one of them ever had.
  var peakBytes = 0

  init(of processes: [Int32]) throws {
    let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    for pid in processes {
      // Behind the name, which stands in brackets and may hold blanks: utime and stime are fields 14 and 15.
      let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
      let fields = stat[stat.index(after: stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
      let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]),
        let kibibytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
      else { throw BenchmarkError("expected the times and the memory of process \(pid) in /proc/\(pid)") }
      cpuSeconds += (user + system) / ticks
      peakBytes = max(peakBytes, kibibytes << 10)
    }
  }
}
