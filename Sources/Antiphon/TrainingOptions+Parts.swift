import Datasets
import Foundation
import Parameters

/// Parts of a run's settings.
extension TrainingOptions {
  func weightFormat() throws -> ValueFormat? { try weightsAs.map { try ValueFormat(parsing: $0) } }

  func gradientFormat() throws -> GradientFormat? { try gradientsAs.map { try GradientFormat(parsing: $0) } }

  func checkpoints(_ old: CheckpointPolicy) -> CheckpointPolicy {
    CheckpointPolicy(
      everySteps: checkpointSteps ?? old.everySteps, everySeconds: checkpointSeconds ?? old.everySeconds,
      keep: keep ?? old.keep, place: checkpointsIn ?? old.place)
  }

  func evaluation(
    _ old: EvaluationPolicy?, of dataset: @autoclosure () throws -> Dataset
  ) throws -> EvaluationPolicy? {
    guard evaluate ?? (old != nil) else {
      guard evaluationClips == nil, earlyStopping ?? 0 == 0 else {
        throw SettingsError("--evaluation-clips and --early-stopping need --evaluate")
      }
      return nil
    }
    if old == nil || data != nil {
      let dataset = try dataset()
      guard dataset.description.splits[.validation]?.clips ?? 0 > 0 else {
        throw SettingsError("--evaluate needs clips in the validation part of \(dataset.folder), there are none")
      }
    }
    var policy = old ?? EvaluationPolicy()
    policy.clips = evaluationClips ?? policy.clips
    if let earlyStopping { policy.patience = earlyStopping > 0 ? earlyStopping : nil }
    return policy
  }

  static func steps(epochs: Double, examples: Int, batch: Int) -> Int {
    Int(min(max(1, (epochs * Double(examples) / Double(batch)).rounded(.up)), Double(Int32.max)))
  }

  func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

  func checkAugmentations(of settings: RunSettings, _ dataset: Dataset) throws {
    guard settings.augmentations.contains(.specAugment), dataset.description.kind == .embedding else { return }
    throw SettingsError("spec-augment is for log-mel patches, \(dataset.folder) has embeddings")
  }

  func checkWarmStart(of settings: RunSettings) throws {
    guard settings.warmStartSteps > 0, settings.consistency.isSync else { return }
    throw SettingsError("--warm-start is for gradients that may be stale, in 'sync' there are none")
  }
}
