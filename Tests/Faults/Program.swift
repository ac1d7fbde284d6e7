import Clusters
import Foundation
public import Processes

/// A program of ours that was started for a trial; it is killed if it is forgotten.
public final class Program {
  /// Where `swift build` puts the programs: beside the one that runs this.
  public static var folder: String {
    URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent().path()
  }

  private let process: LocalProcess

  /// - Parameters:
  ///   - command: The program's path and its arguments.
  ///   - log: A file to which is added what it says.
  public init(_ command: [String], log: String) throws {
    // A disk that is full is an error to be told, not a signal to die of.
    process = try LocalProcess(["/bin/sh", "-c", #"trap "" XFSZ; exec "$@""#, "sh"] + command, log: log)
  }

  deinit {
    send(SIGKILL)
    _ = waitForEnd(seconds: 5)  // so that nothing of it is left
  }

  public var pid: Int32 { process.pid }

  /// How it ended; `nil` while it runs.
  public var ending: ProcessEnding? { process.ending }

  public func send(_ signal: Int32) { process.send(signal) }

  /// Waits for its end, so many seconds at most.
  public func waitForEnd(seconds: Double) -> ProcessEnding? {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ending == nil, ContinuousClock.now < deadline { usleep(20_000) }
    return ending
  }
}
