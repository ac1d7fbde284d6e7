import Foundation

/// The memory of a process of this machine.
public enum ProcessMemory {
  /// The bytes that it has in memory now (`VmRSS` in `/proc/PID/status`); `nil` where it has gone.
  public static func residentBytes(of process: Int32) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { return nil }
    return kilobytes * 1024
  }
}
