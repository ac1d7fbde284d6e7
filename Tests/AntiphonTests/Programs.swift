import Audio
import Foundation

/// The built programs, run as a user runs them.
enum Programs {
  /// What a program that has ended left behind.
  struct Ending {
    let code: Int32
    let output: String
    let errors: String
  }

  /// A program that runs; it is killed if it is forgotten.
  final class Running {
    let process: Process
    private let output: URL
    private let errors: URL

    fileprivate init(_ process: Process, output: URL, errors: URL) {
      self.process = process
      self.output = output
      self.errors = errors
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// What it has said.
    var outputSoFar: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

    /// What it has said on standard error.
    var errorsSoFar: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// Waits for the end; a program that takes longer than that is killed.
    func end(within seconds: Double) async throws -> Ending {
      let deadline = ContinuousClock.now + .seconds(seconds)
      while process.isRunning {
        if ContinuousClock.now > deadline { kill(process.processIdentifier, SIGKILL) }
        try await Task.sleep(for: .milliseconds(50))
      }
      return Ending(
        code: process.terminationStatus, output: try String(contentsOf: output, encoding: .utf8),
        errors: try String(contentsOf: errors, encoding: .utf8))
    }
  }

  /// Where `swift build` put the programs: beside the tests.
  static var folder: URL {
    URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
  }

  /// - Parameters:
  ///   - temporary: The folder for what is temporary, where it is not to be the system's.
  ///   - environment: Variables beside those that there are.
  static func start(
    _ program: String, _ arguments: [String], in scratch: Scratch, temporary: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Running {
    try start(
      folder.appending(path: program), arguments, in: scratch, temporary: temporary, environment: environment)
  }

  static func start(
    _ program: URL, _ arguments: [String], in scratch: Scratch, temporary: String? = nil,
    environment: [String: String] = [:]
  ) throws -> Running {
    let process = Process()
    let changes = temporary.map { ["TMPDIR": $0] } ?? [:]
    process.environment = ProcessInfo.processInfo.environment.merging(changes) { $1 }.merging(environment) { $1 }
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    let name = "\(program.lastPathComponent)-\(UUID().uuidString)"
    let output = URL(filePath: scratch.path("\(name).out"))
    let errors = URL(filePath: scratch.path("\(name).err"))
    for file in [output, errors] { try Data().write(to: file) }
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    return Running(process, output: output, errors: errors)
  }

  static func antiphon(_ arguments: String..., in scratch: Scratch, within seconds: Double = 60) async throws -> Ending
  {
    try await start("antiphon", arguments, in: scratch).end(within: seconds)
  }
}

/// A folder that goes when the test ends.
final class Scratch {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)")

  init() throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appending(path: name).path() }

  func write(_ text: String, to name: String) throws -> String {
    try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  /// Makes a folder for `PATH`, with a script in the place of a program.
  func folder(withProgram name: String, _ script: String) throws -> String {
    let folder = path("bin")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let text = try write("#!/bin/sh\n\(script)\n", to: "\(name).sh")
    // Another program copies it. What this one writes may be held open by a process that another test starts meanwhile, and
    // nobody may run what somebody may still write (ETXTBSY).
    try Process.run(URL(filePath: "/usr/bin/install"), arguments: ["-m", "755", text, "\(folder)/\(name)"])
      .waitUntilExit()
    return folder
  }
}
