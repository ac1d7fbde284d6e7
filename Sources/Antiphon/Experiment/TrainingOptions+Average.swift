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
      if checkpointSteps == nil, checkpointSeconds == nil {
        (options.checkpointSteps, options.checkpointSeconds) = (max(1, steps / count), 0)
      }
      guard options.checkpointSteps ?? 0 <= steps / count else {
        throw ValidationError(
          "--average needs \(count) checkpoints in \(steps) steps, with --checkpoint-steps \(options.checkpointSteps!) there "
            + "are fewer.")
      }
    case .seconds(let seconds):
      if checkpointSteps == nil, checkpointSeconds == nil { options.checkpointSeconds = seconds / Double(count) }
    }
    return options
  }
}
