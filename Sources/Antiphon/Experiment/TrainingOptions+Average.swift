import ArgumentParser
import Parameters

extension TrainingOptions {
  /// The same training, with as many checkpoints at equal distances as are to be averaged, where it does not say itself
  /// which it keeps.
  ///
  /// - Throws: `ValidationError` where it would not have so many at its end.
  func keeping(_ count: Int, over budget: ExperimentPlan.Budget) throws -> TrainingOptions {
    guard count > 1 else { return self }
    var options = self
    options.keep = keep ?? count
    guard options.keep! >= count else {
      throw ValidationError("--average must be at most \(options.keep!), as many checkpoints are kept: see -- --keep.")
    }
    switch budget {
    case .steps(let inAll):
      let steps = steps ?? inAll
      guard steps >= count else { throw ValidationError("--average \(count) needs as many steps, there are \(steps).") }
      if checkpointSteps == nil, checkpointSeconds == nil {
        // The last one is at the end: there are no more than wanted where the others are as far apart as can be.
        let farthest = (steps + count - 1) / count
        let distance = (steps + farthest - 1) / farthest == count ? farthest : steps / count
        (options.checkpointSteps, options.checkpointSeconds) = (distance, 0)
      }
      guard let distance = options.checkpointSteps, distance > 0, (steps + distance - 1) / distance >= count else {
        throw ValidationError(
          "--average needs \(count) checkpoints in \(steps) steps: expected --checkpoint-steps of at most \(steps / count), "
            + "or neither that nor --checkpoint-seconds.")
      }
      options.checkpointSeconds = options.checkpointSeconds ?? 0
    case .seconds(let seconds):
      let distance = checkpointSeconds ?? (checkpointSteps == nil ? seconds / Double(count) : 0)
      guard distance > 0, distance * Double(count) <= seconds else {
        throw ValidationError(
          "--average needs \(count) checkpoints in \(Int(seconds)) s: expected --checkpoint-seconds of at most "
            + "\(Int(seconds) / count), or neither that nor --checkpoint-steps.")
      }
      options.checkpointSeconds = distance
    }
    return options
  }
}
