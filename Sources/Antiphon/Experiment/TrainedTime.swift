import Clusters
import Telemetry

/// How long a run has been trained, however often it was stopped meanwhile: by its record, which has a line every two
/// seconds. What was lost, since the run went on from an earlier checkpoint, does not count.
struct TrainedTime {
  /// A longer pause between two lines is none of training.
  private static let longestPauseSeconds = 10.0

  /// How long it had been trained at each step of the record.
  private var marks: [(step: Int, seconds: Double)] = []
  private(set) var examples = 0

  init(of run: RunFolder) throws {
    var tail = RecordTail<RunStatus>(run.metrics)
    var last: Double?
    try tail.readNew { status in
      let pause = status.unixSeconds - (last ?? status.unixSeconds - status.seconds)
      while let mark = marks.last, mark.step > status.step { marks.removeLast() }
      let isTraining = (0...Self.longestPauseSeconds).contains(pause)
      marks.append((status.step, seconds + (isTraining ? pause : 0)))
      last = status.unixSeconds
      examples = status.examples
    }
  }

  var seconds: Double { marks.last?.seconds ?? 0 }
}
