import Clusters
import Foundation
import Parameters
import Telemetry
import Transport

extension RunLeader {
  /// How the run is now.
  func status(counts: LaneCounts, at now: Double) throws -> RunStatus {
    var status = RunStatus(
      unixSeconds: Date().timeIntervalSince1970, state: state, step: coordinator.step, steps: settings.steps,
      epoch: coordinator.epoch, examples: coordinator.examples, seconds: now - started,
      examplesPerSecond: meter.examplesPerSecond(at: now), bytesPerSecond: 0,
      loss: meter.loss,
      learningRate: Double(settings.learningRate.rate(at: coordinator.step)), stalenessMean: counts.staleness.mean,
      stalenessHistogram: counts.staleness.histogram, exposedSecondsPerStep: meter.exposedSecondsPerStep,
      stepSeconds: meter.stepSeconds, lastCheckpointStep: checkpoints.lastStep,
      lastCheckpointError: checkpoints.lastError, validation: evaluators.history.last,
      bestValidation: evaluators.history.best, droppedFrames: counts.droppedFrames,
      refusedConnections: door?.refusedConnections ?? 0, desiredWorkers: coordinator.desiredWorkers)
    let members = Members(folder: identity.folder.members)
    for index in 0..<identity.count {
      guard let member = try members.server(index, of: identity.count) else { continue }
      status.processes.append(
        ProcessStatus(
          role: .server, index: index, pid: member.pid, address: member.address,
          state: others.isSilent(index, at: now) ? .silent : .running,
          bytesPerSecond: index == 0 ? trafficRate.perSecond(at: now) : others.bytesPerSecond(of: index, at: now),
          shardBytes: shardBytes[index]))
    }
    status.bytesPerSecond = status.processes.reduce(0) { $0 + ($1.bytesPerSecond ?? 0) }
    for worker in coordinator.workers.values.sorted(by: { $0.index < $1.index }) {
      status.processes.append(
        ProcessStatus(
          role: .worker, index: worker.index, pid: Int32(clamping: worker.process), address: "",
          state: now - worker.lastHeard > 5 ? .silent : .running))
    }
    for (index, evaluator) in evaluators.present.sorted(by: { $0.key < $1.key }) {
      status.processes.append(
        ProcessStatus(
          role: .evaluator, index: Int(index), pid: Int32(clamping: evaluator.process), address: "",
          state: now - evaluator.lastHeard > 5 ? .silent : .running))
    }
    return status
  }

  private var state: RunStatus.State {
    switch phase {
    case .training: coordinator.workers.isEmpty ? .waiting : .running
    case .draining, .savingLast, .scoringLast, .ending, .ended:
      coordinator.isStopping && coordinator.step < settings.steps ? .stopping : .finished
    }
  }
}
