import Parameters
import Tensors

// A worker's mini-batch.
extension ClusterSimulation {
  /// Begins a mini-batch, if the rule allows it; otherwise the worker is asked again when something has changed.
  mutating func beginStep(_ worker: Int) {
    let rule = shape.consistency
    if rule.countsWhatIsAnswered, workers[worker].isAnswered { count(worker) }
    let isAllowed =
      switch rule {
      case .async, .stalenessAware: workers[worker].awaited[workload.stages.count] == 0
      case .bounded(let steps): workers[worker].isAnswered && workers[worker].done - slowest <= steps
      case .sync: workers[worker].isAnswered
      }
    guard isAllowed else { return workers[worker].wait(at: now) }
    workers[worker].goOn(at: now)
    let variation = workload.variation
    let chance = variation > 0 ? Double(generator.normal(1, deviation: 1)[0]) : 0
    workers[worker].slowness = max(0.1, 1 + variation * chance)
    workers[worker].place = .forward(stage: 0)
    goForward(worker)
  }

  /// Computes the stage at which the worker is, once its weights are there.
  private mutating func goForward(_ worker: Int) {
    guard case .forward(let stage) = workers[worker].place else { return }
    guard workers[worker].awaited[stage] == 0 else { return workers[worker].wait(at: now) }
    workers[worker].goOn(at: now)
    compute(stage, thirds: 1, worker)
  }

  private mutating func compute(_ stage: Int, thirds: Double, _ worker: Int) {
    let seconds = workload.computeSeconds * workload.stages[stage].share * thirds / 3 * workers[worker].slowness
    switch workload.computing {
    case .timedWait: schedule(.waitEnds(worker: worker), at: now + seconds)
    case .threads(let threads):
      begin(.compute, worker, on: shape.host(ofWorker: worker), seconds: seconds, threads: Double(threads))
    }
  }

  mutating func endComputing(_ worker: Int) {
    switch workers[worker].place {
    case .between: break
    case .forward(let stage):
      guard stage + 1 == workload.stages.count else {
        workers[worker].place = .forward(stage: stage + 1)
        return goForward(worker)
      }
      workers[worker].place = .backward(stage: stage)
      compute(stage, thirds: 2, worker)
    case .backward(let stage):
      push(stage, worker)
      guard stage == 0 else {
        workers[worker].place = .backward(stage: stage - 1)
        return compute(stage - 1, thirds: 2, worker)
      }
      push(workload.stages.count, worker)
      workers[worker].place = .between
      workers[worker].done += 1
      if !shape.consistency.countsWhatIsAnswered { count(worker) }
      beginStep(worker)
    }
  }

  /// Goes on with what a worker waits for, if that has come.
  mutating func look(at worker: Int) {
    guard workers[worker].isWaiting else { return }
    if workers[worker].place == .between { beginStep(worker) } else { goForward(worker) }
  }

  /// Counts what a worker has done, once; has those go on that waited for the slowest.
  private mutating func count(_ worker: Int) {
    guard workers[worker].told < workers[worker].done else { return }
    workers[worker].told += 1
    steps += 1
    let done = workers[worker].told
    if done == doneWith.count { doneWith.append(0) }
    doneWith[done] += 1
    guard done == slowest + 1, doneWith[done] == workers.count else { return }
    slowest += 1
    guard case .bounded = shape.consistency else { return }
    for other in workers.indices where other != worker { look(at: other) }
  }
}
