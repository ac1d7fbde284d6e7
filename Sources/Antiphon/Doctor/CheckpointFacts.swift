import Checkpoints
import Clusters
import Parameters
import Telemetry

/// What a run could go on from.
struct CheckpointFacts {
  let location: String
  /// The step of the newest good one; `nil` if there is none.
  var step: Int?
  /// What is wrong with newer ones.
  var refused: [String] = []
  /// Why it cannot be told; `nil` if it can.
  var error: String?
  /// The step of the newest one by the run's record; `nil` if it knows of none.
  var recordedStep: Int?
}

extension CheckpointFacts {
  /// Reads all of the newest one.
  static func gathered(of folder: RunFolder, _ settings: RunSettings) -> CheckpointFacts {
    var facts = CheckpointFacts(location: settings.checkpoints.place ?? folder.checkpoints)
    do {
      facts.recordedStep = try folder.lastStatus()?.lastCheckpointStep
      let found = try CheckpointStore(of: folder, settings).newestGood()
      facts.step = found.checkpoint?.manifest.step
      facts.refused = found.refused.map { "\($0)" }
    } catch { facts.error = "\(error)" }
    return facts
  }

  var finding: Finding {
    if let error {
      return .problem("checkpoints", error, "the run can neither go on nor be saved until that is mended")
    }
    guard let step else {
      guard let lost = refused.first ?? recordedStep.map({ "the one of step \($0) is not in \(location)" }) else {
        return .ok("checkpoints", "none yet, in \(location)")
      }
      return .problem(
        "checkpoints", "none is good: \(lost)", "bring them back, or begin anew in another folder: is the disk mounted?"
      )
    }
    guard let damaged = refused.first else {
      return .ok("checkpoints", "the one of step \(step) is whole, in \(location)")
    }
    return .warning(
      "checkpoints", damaged, "the run would go on from step \(step); look for what damages files on that disk")
  }
}
