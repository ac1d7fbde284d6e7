internal import Foundation
internal import Glibc
internal import Synchronization

/// Shows a long task's progress on standard error, from any thread: a line with a bar on a terminal, a line every ten
/// seconds elsewhere.
public final class ProgressDisplay: Sendable {
  private let log: Mutex<ProgressLog>
  private let start = ContinuousClock.now

  public init() {
    log = Mutex(ProgressLog())
  }

  /// Shows the progress, unless the last was shown just now.
  public func update(_ progress: TaskProgress) {
    write { $0.update(progress, at: seconds, on: output) }
  }

  /// Writes a line about something that happened.
  public func note(_ text: String) {
    write { $0.note(text, on: output) }
  }

  /// Shows the end and leaves it standing. Without a progress, the last line stays as it is.
  public func finish(_ progress: TaskProgress? = nil) {
    write { $0.finish(progress, at: seconds, on: output) }
  }

  private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

  private func write(_ text: (inout ProgressLog) -> String) {
    // Where nobody can read it, the work goes on.
    log.withLock { try? FileHandle.standardError.write(contentsOf: Data(text(&$0).utf8)) }
  }

  /// Asked each time: a window changes its width.
  private var output: ProgressLog.Output {
    guard isatty(STDERR_FILENO) == 1 else { return .file }
    var size = winsize()
    let known = unsafe ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return .terminal(width: known ? Int(size.ws_col) : 80)
  }
}
