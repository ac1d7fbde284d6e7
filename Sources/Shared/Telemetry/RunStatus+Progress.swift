internal import Foundation

extension RunStatus {
  /// What the progress display shows of a run.
  public var progress: TaskProgress {
    let alive = processes.count { $0.role == .worker && $0.state == .running }
    var details: [String] = []
    if state == .waiting || state == .stopping { details.append(state.rawValue) }
    details.append("\(TaskProgress.grouped(Int(examplesPerSecond.rounded()))) examples/s")
    if let loss { details.append("loss \(String(format: "%.4f", loss))") }
    if let validation, let map = validation.map {
      details.append("mAP \(String(format: "%.3f", map)) at \(TaskProgress.grouped(validation.step))")
    }
    let workers = desiredWorkers == 1 ? "worker" : "workers"
    details.append(alive < desiredWorkers ? "\(alive) of \(desiredWorkers) \(workers)" : "\(desiredWorkers) \(workers)")
    details.append("staleness \(String(format: "%.1f", stalenessMean))")
    if let lastCheckpointStep { details.append("saved at \(TaskProgress.grouped(lastCheckpointStep))") }
    if let lastCheckpointError { details.append("checkpoint failed: \(lastCheckpointError)") }
    return TaskProgress("train", done: step, total: steps, unit: "steps", details: details)
  }
}
