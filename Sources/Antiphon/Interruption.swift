import ArgumentParser
import Clusters
import Glibc
import Telemetry

/// What ends a task when the user presses Ctrl-C, or closes the terminal.
struct Interruption: Error {
  /// Does a task that can be interrupted and shows its progress: at the second Ctrl-C it ends wherever it is.
  ///
  /// - Parameters:
  ///   - goesOn: Whether the same command, given again, goes on where the task was left.
  ///   - task: Given the display, and a function that throws once the task is to end.
  /// - Throws: `ExitCode` 130 after an interruption, or what the task throws.
  static func watched<Result>(
    goesOn: Bool, _ task: (ProgressDisplay, @escaping @Sendable () throws -> Void) throws -> Result
  ) throws -> Result {
    let stop = StopSignal()
    let display = ProgressDisplay()
    @Sendable func tellEnd() {
      display.finish()
      display.note(goesOn ? "stopped; the same command goes on from here" : "stopped")
    }
    stop.followSignals(hangUp: true) {
      tellEnd()
      _exit(130)
    }
    defer { display.finish() }
    do {
      return try task(display) { if stop.isSent { throw Interruption() } }
    } catch is Interruption {
      tellEnd()
      throw ExitCode(130)
    }
  }
}
