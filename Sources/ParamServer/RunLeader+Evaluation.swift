import Clusters
import Foundation
import Logging
import Parameters
import Telemetry
import Wire

/// Evaluators score checkpoints while the run goes on. The best one is kept, and no better one for long may end the run.
extension RunLeader {
  /// Hears that an evaluator lives, and says what it is to do next.
  mutating func attend(
    _ index: UInt32, process: UInt32, scoring: UInt64, at now: Double
  ) -> Coordinator.Instruction {
    let scored = scoring > 0 ? Int(clamping: scoring) : nil
    if evaluators.note(index, process: process, scoring: scored, at: now) {
      events.note(.joined, "evaluator \(index) joins, process \(process)", at: coordinator.step)
    }
    defer { checkpoints.sparedSteps = evaluators.sparedSteps }
    let step = checkpoints.lastStep ?? 0
    let isUnscored = evaluators.isUnscored(checkpoints.lastStep)
    guard coordinator.isStopping || isOver && !isUnscored else {
      // What is being removed at the moment was chosen before, and may be this one.
      guard isUnscored, !checkpoints.isCommitting else { return Coordinator.Instruction(.wait, step: step) }
      if scored == nil { evaluators.assign(step, to: index) }
      return Coordinator.Instruction(.proceed, step: step)
    }
    evaluators.dismiss(index, process: process)
    return Coordinator.Instruction(.finish, step: step)
  }

  /// Hears that an evaluator goes.
  mutating func retire(_ index: UInt32, process: UInt32) {
    guard evaluators.present[index]?.process == process else { return }
    evaluators.dismiss(index, process: process)
    checkpoints.sparedSteps = evaluators.sparedSteps
    events.note(.left, "evaluator \(index) leaves", at: coordinator.step)
  }

  /// Whether there is the last checkpoint.
  private var isOver: Bool {
    switch phase {
    case .training, .draining, .savingLast: false
    case .scoringLast, .ending, .ended: true
    }
  }

  /// Takes what an evaluator has found.
  mutating func take(validation json: [UInt8]) -> Reply {
    do {
      guard let result = try evaluators.take(json, newest: checkpoints.lastStep) else { return .done }
      validationBoard.add(result)
      let map = result.map.map { String(format: "mAP %.4f, ", $0) } ?? ""
      let loss = String(format: "loss %.5f", result.loss)
      events.note(.validation, "the checkpoint of step \(result.step): \(map)\(loss)", at: coordinator.step)
    } catch let error as RunRecordError {
      log.error("what an evaluator found is not recorded: \(error)")
    } catch { return .refused("\(error)") }
    checkpoints.sparedSteps = evaluators.sparedSteps
    finishIfNoBetter()
    return .done
  }

  /// Ends the run where the last results were no better than the best one. It then has all its steps, also for those who
  /// start it again.
  private mutating func finishIfNoBetter() {
    guard let patience = settings.evaluation?.patience, evaluators.history.countSinceBest >= patience,
      !coordinator.isFinished
    else { return }
    settings.steps = coordinator.finish()
    let best = evaluators.history.best?.step ?? 0
    events.note(
      .stopped, "the run ends early: \(patience) results were no better than that of step \(best)",
      at: coordinator.step)
    do {
      var changed = try identity.folder.settings()
      changed.steps = settings.steps
      try identity.folder.write(changed)
    } catch { log.error("that the run has ended early is not in its configuration: \(error)") }
  }
}
