import Parameters
import Transport

/// What the lanes of a server have counted.
struct LaneCounts {
  /// Frames that could not be read, or were for another run.
  var droppedFrames = 0
  /// Of the gradients that were applied.
  var staleness = StalenessTally()
  var traffic = Traffic()
}
