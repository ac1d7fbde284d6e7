import Foundation
import Processes

/// A process of a benchmark. It is told on standard input what to do, a line a phase, and says what it did on standard
/// output, a line of JSON a phase; it ends when its input does.
final class PhaseProcess {
  let name: String
  private let process: ChildProcess
  private var input: ProcessPipe
  private var output: LinePipe
  private var lines: [String] = []
  private let log: String

  var pid: Int32 { process.pid }

  /// Starts this very program with other arguments.
  ///
  /// - Parameter log: A file for what it says on standard error.
  init(_ name: String, _ arguments: [String], log: String) throws {
    self.name = name
    self.log = log
    try Data().write(to: URL(filePath: log))
    let errors = try FileHandle(forWritingTo: URL(filePath: log))
    defer { try? errors.close() }
    input = try ProcessPipe()
    output = try LinePipe()
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    process = try ChildProcess(
      [program] + arguments, environment: ProcessInfo.processInfo.environment, input: input.reader,
      output: output.writer, errors: errors.fileDescriptor)
    input.closeReader()
    output.closeWriter()
  }

  deinit { kill() }

  func tell(_ line: String) throws {
    do throws(ProcessError) {
      try input.write("\(line)\n")
    } catch { throw died }
  }

  /// The next line that it said, if there is one.
  func nextLine() throws -> Data? {
    if lines.isEmpty {
      let hasEnded = process.ending != nil  // asked first: what it said before is read below
      lines = output.lines()
      if hasEnded, lines.isEmpty { throw died }
    }
    return lines.isEmpty ? nil : Data(lines.removeFirst().utf8)
  }

  func kill() { process.endGroup() }

  private var died: BenchmarkError {
    let words = ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(whereSeparator: \.isNewline)
    return BenchmarkError("\(name) ended in the middle: \(words.last ?? "it said nothing")")
  }
}

extension [PhaseProcess] {
  /// Has all of them do something, and waits until they have.
  func perform(_ line: String, interrupting: () throws -> Void) throws -> [PhaseReport] {
    for process in self { try process.tell(line) }
    return try hear(PhaseReport.self, interrupting: interrupting)
  }

  /// Waits for a line of each.
  func hear<Line: Decodable>(_ type: Line.Type, interrupting: () throws -> Void) throws -> [Line] {
    try map { process in
      while true {
        try interrupting()
        if let line = try process.nextLine() { return try JSONDecoder().decode(Line.self, from: line) }
        Thread.sleep(forTimeInterval: 0.002)
      }
    }
  }
}
