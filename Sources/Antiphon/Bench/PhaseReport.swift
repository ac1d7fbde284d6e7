import Foundation
import Transport

/// What a process of a benchmark did in one phase.
struct PhaseReport: Codable {
  /// Seconds of the machine's own clock, which all its processes share.
  var begin: Double
  var end: Double
  var steps: Int
}

extension [PhaseReport] {
  /// From when the first began until the last was done.
  var seconds: Double { (map(\.end).max() ?? 0) - (map(\.begin).min() ?? 0) }
}

extension PhaseReport {
  /// Does what is asked for on standard input, phase by phase, until that ends.
  ///
  /// - Parameter perform: Does a number of steps of some work, and returns how many it came to.
  static func serve(_ perform: (BenchmarkSetting.Work, Int) throws -> Int) throws {
    while let line = readLine() {
      let words = line.split(separator: " ")
      guard words.count == 2, let work = BenchmarkSetting.Work(rawValue: String(words[0])), let steps = Int(words[1])
      else { throw BenchmarkError("expected a phase as 'pull 3', but '\(line)' came") }
      let begin = Clock.seconds
      let done = try perform(work, steps)
      try tell(PhaseReport(begin: begin, end: Clock.seconds, steps: done))
    }
  }

  /// Says something to the process that started this one.
  static func tell(_ line: some Encodable) throws {
    try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(line) + Data("\n".utf8))
  }
}
