import Parameters
import Testing

@testable import Planning

@Suite struct `A forecast` {
  static let cases: [(ClusterShape, Bottleneck)] = [
    (.sample(workers: 4), .compute),
    (.sample(workers: 400, servers: 4), .lane),
    (.sample(workers: 100, servers: 4, network: .gigabit), .serverLine),
    (.sample(workers: 100, servers: 100, network: .gigabit, .bounded(steps: 9)), .compute),
    (.sample(workers: 8, servers: 16, placement: .together(hosts: 2), cores: 4), .compute),
    (.sample(workers: 200, servers: 16, placement: .together(hosts: 1), cores: 1), .cores),
  ]

  @Test(arguments: cases)
  func `is what the simulation says, away from the knee`(shape: ClusterShape, bottleneck: Bottleneck) {
    let workload = Workload.small(computeSeconds: 1, variation: 0.1)
    let forecast = Forecast(workload, .some, shape)
    let simulated = ClusterSimulation.speed(workload, .some, shape, steps: 16)
    #expect(forecast.bottleneck == bottleneck)
    #expect(isNear(simulated.stepsPerSecond, forecast.stepsPerSecond, within: 0.04))
    // A lane that waits for a core is busy in the simulation.
    if bottleneck != .cores { #expect(abs(simulated.busiestLane - forecast.busiestLane) < 0.06) }
    #expect(abs(simulated.busiestLine - forecast.busiestLine) < 0.06)
    #expect(abs(simulated.busiestCores - forecast.busiestCores) < 0.06)
  }

  @Test(arguments: [2, 8, 32])
  func `is what the simulation says for workers in step`(workers: Int) {
    let workload = Workload.small(computeSeconds: 0.2)
    let shape = ClusterShape.sample(workers: workers, .sync(workers: workers))
    let simulated = ClusterSimulation.speed(workload, .some, shape, steps: 30)
    #expect(isNear(simulated.stepsPerSecond, Forecast(workload, .some, shape).stepsPerSecond, within: 0.1))
  }

  @Test func `counts the cores that computing takes where workers share a machine`() {
    let workload = Workload.small(computing: .threads(2))
    let shape = ClusterShape.sample(workers: 6, servers: 1, placement: .together(hosts: 1), cores: 4)
    let forecast = Forecast(workload, .none, shape)
    #expect(isNear(forecast.stepsPerSecond, 2, within: 1e-9) && isNear(forecast.busiestCores, 1, within: 1e-9))
    #expect(forecast.bottleneck == .cores)
    #expect(isNear(ClusterSimulation.speed(workload, .none, shape).stepsPerSecond, 2, within: 0.01))
  }

  @Test func `grows with servers while they are what is full`() {
    let speeds = [1, 2, 4, 8].map {
      Forecast(.small(computeSeconds: 0.1), .some, .sample(workers: 1000, servers: $0)).stepsPerSecond
    }
    for (few, many) in zip(speeds, speeds.dropFirst()) { #expect(isNear(many, 2 * few, within: 0.2)) }
  }
}
