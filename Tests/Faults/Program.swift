public import Clusters
import Foundation

/// A program of ours that was started for a trial; it is killed if it is forgotten.
public final class Program {
  /// Where `swift build` puts the programs: beside the one that runs this.
  public static var folder: String {
    URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent().path()
  }

  private let process = Process()

  /// - Parameters:
  ///   - command: The program's path and its arguments.
  ///   - log: A file to which is added what it says.
  public init(_ command: [String], log: String) throws {
    if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(filePath: log)) }
    let file = try FileHandle(forUpdating: URL(filePath: log))
    try file.seekToEnd()
    // A disk that is full is an error to be told, not a signal to die of.
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", #"trap "" XFSZ; exec "$@""#, "sh"] + command
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = file
    process.standardError = file
    try process.run()
  }

  deinit { send(SIGKILL) }

  public var pid: Int32 { process.processIdentifier }

  /// How it ended; `nil` while it runs.
  public var ending: ProcessEnding? {
    guard !process.isRunning else { return nil }
    return process.terminationReason == .exit
      ? .exit(process.terminationStatus) : .signal(process.terminationStatus)
  }

  public func send(_ signal: Int32) {
    if process.isRunning { kill(process.processIdentifier, signal) }
  }

  /// Waits for its end, so many seconds at most.
  public func waitForEnd(seconds: Double) -> ProcessEnding? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ending == nil, ContinuousClock.now < deadline { usleep(20_000) }
    return ending
  }
}
