import Foundation
import Synchronization

/// A process of a benchmark. It is told on standard input what to do, a line a phase, and says what it did on standard
/// output, a line of JSON a phase; it ends when its input does.
final class PhaseProcess {
  private struct Heard {
    var text = Data()
    var hasEnded = false
  }

  let name: String
  private let process = Process()
  private let input = Pipe()
  private let heard = SharedState(Heard())
  private let log: String

  var pid: Int32 { process.processIdentifier }

  /// Starts this very program with other arguments.
  ///
  /// - Parameter log: A file for what it says on standard error.
  init(_ name: String, _ arguments: [String], log: String) throws {
    self.name = name
    self.log = log
    try Data().write(to: URL(filePath: log))
    let output = Pipe()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    process.standardInput = input
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: URL(filePath: log))
    try process.run()
    let reading = output.fileHandleForReading
    Thread.detachNewThread { [heard] in
      while true {
        let data = reading.availableData
        heard.value.withLock {
          $0.text.append(data)
          $0.hasEnded = data.isEmpty
        }
        if data.isEmpty { return }
      }
    }
  }

  deinit { kill() }

  func tell(_ line: String) throws {
    do {
      try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    } catch { throw died }
  }

  /// The next line that it said, if there is one.
  func nextLine() throws -> Data? {
    try heard.value.withLock { heard throws -> Data? in
      guard let end = heard.text.firstIndex(of: UInt8(ascii: "\n")) else {
        if heard.hasEnded { throw died }
        return nil
      }
      defer { heard.text = Data(heard.text[(end + 1)...]) }
      return heard.text[..<end]
    }
  }

  func kill() {
    if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  private var died: BenchmarkError {
    let words = ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(whereSeparator: \.isNewline)
    return BenchmarkError("\(name) ended in the middle: \(words.last ?? "it said nothing")")
  }
}

/// What several threads share.
private final class SharedState<Value: Sendable>: Sendable {
  let value: Mutex<Value>

  init(_ value: Value) { self.value = Mutex(value) }
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
