internal import Foundation
internal import Glibc

/// A program that was started on this machine; what it says goes to a log file.
final class LocalProcess {
  private let process = Process()

  /// - Parameters:
  ///   - program: The path of the program.
  ///   - log: A file that is added to.
  init(_ program: String, _ arguments: [String], log: String) throws(ClusterError) {
    let descriptor = unsafe open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ClusterError("cannot open \(log): \(unsafe String(cString: strerror(errno)))") }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = Launcher.silenced(ProcessInfo.processInfo.environment)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = file
    process.standardError = file
    do {
      try process.run()
    } catch { throw ClusterError("cannot start \(program): \(error.localizedDescription)") }
  }

  /// How it ended; `nil` while it runs.
  var ending: ProcessEnding? {
    guard !process.isRunning else { return nil }
    return process.terminationReason == .exit
      ? .exit(process.terminationStatus) : .signal(process.terminationStatus)
  }

  func send(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }
}
