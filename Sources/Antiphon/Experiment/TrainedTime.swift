import Clusters
import Telemetry

/// How long a run has been trained, however often it was stopped meanwhile: by its record, which has a line every two
/// seconds.
struct TrainedTime {
  /// A longer pause between two lines is none of training.
  private static let longestPauseSeconds = 10.0

  private(set) var seconds = 0.0
  private(set) var examples = 0

  init(of run: RunFolder) throws {
    var tail = RecordTail<RunStatus>(run.metrics)
    var last: Double?
    try tail.readNew { status in
      let pause = status.unixSeconds - (last ?? status.unixSeconds - status.seconds)
      if (0...Self.longestPauseSeconds).contains(pause) { seconds += pause }
      last = status.unixSeconds
      examples = status.examples
    }
  }
}
