internal import Foundation
internal import Glibc
public import Processes

/// A program of a run that was started on this machine, or leads to another one. It hears of no launcher: what Slurm or
/// TensorFlow's variables say is of this process.
public final class LocalProcess {
  private let process: ChildProcess

  /// - Parameters:
  ///   - command: The program, looked for on the PATH if it is no path, and its arguments.
  ///   - input: The descriptor that it reads; `nil` for nothing to read.
  ///   - output: The descriptor to which goes what it says.
  init(_ command: [String], input: Int32? = nil, output: Int32) throws(ClusterError) {
    let environment = Launcher.silenced(ProcessInfo.processInfo.environment)
    do {
      process = try ChildProcess(command, environment: environment, input: input, output: output, errors: output)
    } catch { throw ClusterError(error.description) }
  }

  /// - Parameter log: A file that is added to.
  public convenience init(_ command: [String], log: String) throws(ClusterError) {
    let descriptor = unsafe open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ClusterError("cannot open \(log): \(unsafe String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    try self.init(command, output: descriptor)
  }

  public var pid: Int32 { process.pid }

  /// How it ended; `nil` while it runs.
  public var ending: ProcessEnding? { process.ending }

  public func send(_ signal: Int32) { process.send(signal) }
}
