import Telemetry
import Testing

@Suite struct `The cost of a run` {
  /// A status some seconds after the start of server 0, with so many workers that run, and one that is silent.
  private func status(_ seconds: Double, workers: Int) -> RunStatus {
    let processes = (0...workers).map {
      ProcessStatus(role: .worker, index: $0, pid: 1, address: "", state: $0 == 0 ? .silent : .running)
    }
    return RunStatus(
      unixSeconds: 0, state: .running, step: 0, steps: 1, epoch: 0, examples: 0, seconds: seconds, examplesPerSecond: 0,
      loss: nil, learningRate: 0, stalenessMean: 0, stalenessHistogram: [], desiredWorkers: workers,
      processes: processes)
  }

  private func cost(_ statuses: [(Double, Int)]) -> RunCost {
    var cost = RunCost()
    for (seconds, workers) in statuses { cost.add(status(seconds, workers: workers)) }
    return cost
  }

  @Test func `is the time while there was a server 0, over all its starts`() {
    let cost = cost([(2, 1), (4, 1), (10, 1), (3, 1), (5, 1)])
    #expect(cost.seconds == 15 && cost.starts == 2 && cost.workerSeconds == 15)
  }

  @Test func `counts each worker while it runs`() {
    #expect(cost([(2, 0), (4, 2), (7, 3)]).workerSeconds == 0 + 2 * 2 + 3 * 3)
  }

  @Test func `does not depend on how often it is told`() {
    let (often, seldom) = (cost((1...60).map { (Double($0), 4) }), cost([(60, 4)]))
    #expect(often.seconds == seldom.seconds && often.workerSeconds == seldom.workerSeconds)
    #expect(RunCost().seconds == 0 && RunCost().starts == 0)
  }
}
