import Foundation

/// A command of the system that is run to its end.
enum Command {
  /// - Throws: `TrialError` with what it said, if it fails.
  static func run(_ words: String...) throws {
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw TrialError("\(words.joined(separator: " ")): \(said)") }
  }

  /// Whether a program is on the path.
  static func exists(_ program: String) -> Bool { (try? run("sh", "-c", "command -v \(program)")) != nil }
}
