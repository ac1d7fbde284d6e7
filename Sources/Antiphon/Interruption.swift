import ArgumentParser
import Clusters
import Telemetry

/// What ends a task when the user presses Ctrl-C, or closes the terminal.
struct Interruption: Error {
  /// Does a task that can be interrupted and shows its progress.
  ///
  /// - Parameters:
  ///   - goesOn: Whether the same command, given again, goes on where the task was left.
  ///   - task: Given the display, and a function that throws once the task is to end.
  /// - Throws: `ExitCode` 130 after an interruption, or what the task throws.
  static func watched<Result>(
    goesOn: Bool, _ task: (ProgressDisplay, @escaping @Sendable () throws -> Void) throws -> Result
  ) throws -> Result {
    let stop = StopSignal()
    stop.followSignals(hangUp: true)
    let display = ProgressDisplay()
    defer { display.finish() }
    do {
      return try task(display) { if stop.isSent { throw Interruption() } }
    } catch is Interruption {
      display.finish()
      display.note(goesOn ? "stopped; the same command goes on from here" : "stopped")
      throw ExitCode(130)
    }
  }
}
