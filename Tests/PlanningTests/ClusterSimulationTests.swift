import Parameters
import Testing

@testable import Planning

@Suite struct `A simulated cluster` {
  @Test(arguments: [1, 2, 7, 40], [Consistency.async, .bounded(steps: 1), .sync(workers: 40)])
  func `is as fast as its workers together where the exchange takes no time`(workers: Int, consistency: Consistency) {
    let speed = ClusterSimulation.speed(
      .small(computeSeconds: 0.5), .none, .sample(workers: workers, network: .free, consistency), steps: 24)
    #expect(isNear(speed.stepsPerSecond, Double(workers) / 0.5, within: consistency == .async ? 0.01 : 0.06))
    #expect(speed.busiestLane == 0 && speed.busiestLine == 0 && speed.busiestCores == 0)
  }

  static let shapes: [ClusterShape] = [
    .sample(workers: 1), .sample(workers: 1, servers: 3, lanes: 2, network: .gigabit),
    .sample(workers: 1, .sync(workers: 1)), .sample(workers: 1, servers: 7, network: .gigabit, .bounded(steps: 0)),
    .sample(workers: 1, servers: 2, placement: .together(hosts: 1), cores: 64),
    .sample(workers: 1, servers: 1, placement: .together(hosts: 2), cores: 64, network: .gigabit),
  ]

  @Test(arguments: shapes, [0.0, 0.01, 0.3])
  func `with one worker takes as long for a mini-batch as the formula says`(shape: ClusterShape, seconds: Double) {
    let workload = Workload.small(computeSeconds: seconds)
    let speed = ClusterSimulation.speed(workload, .some, shape, steps: 6)
    let forecast = Forecast(workload, .some, shape)
    #expect(isNear(1 / speed.stepsPerSecond, forecast.loneStepSeconds, within: 1e-9))
    #expect(speed.stalenessMean == 0)
  }

  @Test func `takes the sum of all ways where one message is all there is`() {
    // 1 MB: worker 0.6 ms / 2, half a round trip, line 0.8 ms, lane 1.1 ms, and the same way back.
    let seconds = LoneStep(.plain(computeSeconds: 0.1), .some, .sample(workers: 1)).seconds
    #expect(isNear(seconds, 0.1 + 0.0006 + 0.0002 + 0.0016 + 0.0011, within: 1e-9))
  }

  @Test func `hides the exchange of later stages behind computing`() {
    // Only what the first stage exchanges is waited for: 8 MB of 16.
    let whole = LoneStep(.small(computeSeconds: 10), .none, .sample(workers: 1, network: .gigabit)).seconds
    #expect(whole > 10 + 2 * 8e6 / 125e6 * 0.5 && whole < 10 + 2 * 8e6 / 125e6)
    let strict = LoneStep(
      .small(computeSeconds: 10), .none, .sample(workers: 1, network: .gigabit, .bounded(steps: 3))
    ).seconds
    #expect(strict >= whole)
  }

  static let busy: [ClusterShape] = [
    .sample(workers: 30), .sample(workers: 60, servers: 2, network: .gigabit), .sample(workers: 25, .bounded(steps: 2)),
    .sample(workers: 20, .sync(workers: 20)), .sample(workers: 12, placement: .together(hosts: 1), cores: 2),
    .sample(workers: 9, servers: 3, placement: .together(hosts: 5), cores: 2, network: .gigabit),
  ]

  @Test(arguments: busy, [Workload.Computing.timedWait, .threads(2)])
  func `never uses more than there is`(shape: ClusterShape, computing: Workload.Computing) {
    let workload = Workload.small(computeSeconds: 0.05, computing: computing, variation: 0.2)
    let speed = ClusterSimulation.speed(workload, .some, shape, steps: 16)
    for share in [speed.busiestLane, speed.busiestLine, speed.busiestCores, speed.waitingShare] {
      #expect(share >= 0 && share <= 1 + 1e-9)
    }
    #expect(max(speed.busiestLane, speed.busiestLine, speed.busiestCores) > 0.3, "something is busy")
    let most = Forecast(workload, .some, shape)
    if !shape.consistency.isSync { #expect(speed.stepsPerSecond <= most.stepsPerSecond * 1.05) }
  }

  @Test(arguments: busy)
  func `has as many messages at its lanes as come in the time that one stays`(shape: ClusterShape) {
    let workload = Workload.small(computeSeconds: 0.05, variation: 0.2)
    let speed = ClusterSimulation.speed(workload, .some, shape, steps: 30)
    #expect(isNear(speed.messagesPresent, speed.messagesPerSecond * speed.messageSeconds, within: 0.02))
  }

  @Test(arguments: [2, 8, 20])
  func `has gradients as stale as there are other workers`(workers: Int) {
    for consistency in [Consistency.async, .bounded(steps: 4)] {
      let shape = ClusterShape.sample(workers: workers, consistency)
      let speed = ClusterSimulation.speed(.small(variation: 0.1), .some, shape, steps: 24)
      #expect(isNear(speed.stalenessMean, Double(workers - 1), within: 0.05))
      #expect(Forecast(.small(), .some, shape).stalenessMean == Double(workers - 1))
    }
    let sync = ClusterSimulation.speed(.small(), .some, .sample(workers: workers, .sync(workers: workers)), steps: 10)
    #expect(sync.stalenessMean == 0)
  }

  @Test func `keeps workers within their bound`() {
    var simulation = ClusterSimulation(
      .small(variation: 0.5), .some, .sample(workers: 20, .bounded(steps: 2)), seed: 3)
    var widest = 0
    for steps in 1...12 {
      simulation.run(steps: steps)
      let done = simulation.workers.map(\.done)
      widest = max(widest, done.max()! - done.min()!)
    }
    #expect(widest == 3, "three are done where one more than two was allowed to begin")
  }

  @Test func `loses less time to slow mini-batches the more workers may run ahead`() {
    func speed(_ consistency: Consistency) -> Double {
      ClusterSimulation.speed(.small(variation: 0.3), .some, .sample(workers: 16, consistency), steps: 30)
        .stepsPerSecond
    }
    let speeds = [speed(.sync(workers: 16)), speed(.bounded(steps: 1)), speed(.bounded(steps: 4)), speed(.async)]
    #expect(speeds == speeds.sorted(), "\(speeds)")
    #expect(speeds[0] < 0.75 * speeds[3])
  }

  @Test func `does the same for the same seed`() {
    func speed(_ seed: UInt64) -> SimulatedSpeed {
      ClusterSimulation.speed(.small(variation: 0.2), .some, .sample(workers: 9), seed: seed)
    }
    #expect(speed(1) == speed(1))
    #expect(speed(1) != speed(2))
  }
}
