import Foundation

/// The most memory that this process ever had at once.
enum PeakMemory {
  /// Linux's `VmHWM`. Unlike `ru_maxrss` it begins anew with the program, and holds nothing of the process that started it.
  static func bytes() throws -> Int {
    let path = "/proc/self/status"
    let status = try String(contentsOfFile: path, encoding: .utf8)
    guard
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
      let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
    else { throw BenchmarkError("expected a line 'VmHWM: … kB' in \(path), and there is none") }
    return kibibytes << 10
  }
}
