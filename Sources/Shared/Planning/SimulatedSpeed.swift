import Parameters

/// What had been used and done in a simulation at one time.
struct SimulationTotals {
  let seconds: Double
  let steps: Int
  let staleness: Int
  let updates: Int
  let laneSeconds: [Double]
  let portSeconds: [Double]
  let coreSeconds: [Double]
  let lanePresenceSeconds: Double
  let laneResidenceSeconds: Double
  let messages: Int
  let awaitedSeconds: Double
}

/// How a simulated cluster does, once its workers have come out of step.
public struct SimulatedSpeed: Equatable, Sendable {
  /// Mini-batches of all workers together.
  public let stepsPerSecond: Double
  /// Updates between the weights that a gradient was computed from and those that it was applied to, on average.
  public let stalenessMean: Double
  /// The part of their time in which workers waited for servers or for one another, 0...1.
  public let waitingShare: Double
  /// The busiest lane, direction of a machine's line, and machine's cores, 0...1.
  public let busiestLane: Double
  public let busiestLine: Double
  public let busiestCores: Double
  /// Messages that lanes took in a second; how many were there on average; and how long each was, in seconds.
  public let messagesPerSecond: Double
  public let messagesPresent: Double
  public let messageSeconds: Double

  init(from begin: SimulationTotals, to end: SimulationTotals, shape: ClusterShape) {
    let seconds = end.seconds - begin.seconds
    func busiest(_ values: KeyPath<SimulationTotals, [Double]>) -> Double {
      zip(end[keyPath: values], begin[keyPath: values]).map { ($0 - $1) / seconds }.max() ?? 0
    }
    stepsPerSecond = Double(end.steps - begin.steps) / seconds
    stalenessMean = Double(end.staleness - begin.staleness) / Double(max(1, end.updates - begin.updates))
    waitingShare = (end.awaitedSeconds - begin.awaitedSeconds) / seconds / Double(shape.workers)
    busiestLane = busiest(\.laneSeconds)
    busiestLine = busiest(\.portSeconds)
    busiestCores = busiest(\.coreSeconds) / Double(shape.cores)
    let messages = end.messages - begin.messages
    messagesPerSecond = Double(messages) / seconds
    messagesPresent = (end.lanePresenceSeconds - begin.lanePresenceSeconds) / seconds
    messageSeconds = (end.laneResidenceSeconds - begin.laneResidenceSeconds) / Double(max(1, messages))
  }
}

extension ClusterSimulation {
  /// Simulates a cluster.
  ///
  /// Workers that begin evenly spread may come into step: who pushes while others do waits with them, and goes on with them.
  /// They are slower then, as lines are idle while all compute. Where mini-batches take nearly equally long it takes them
  /// twenty or thirty to come there, and there they stay; so the first half does not count.
  ///
  /// - Parameter steps: Mini-batches of each worker, on average; by default 60, fewer where that would take more than some
  ///   seconds, 6 at least.
  public static func speed(
    _ workload: Workload, _ costs: ExchangeCosts, _ shape: ClusterShape, steps: Int? = nil, seed: UInt64 = 0
  ) -> SimulatedSpeed {
    var simulation = ClusterSimulation(
      workload, costs, shape, startsTogether: shape.consistency.isSync, seed: seed)
    let messages = simulation.parcels.count * shape.workers
    let half = (steps ?? max(6, min(60, 3_000_000 / messages))) / 2
    simulation.run(steps: half)
    let begin = simulation.totals
    simulation.run(steps: 2 * half)
    return SimulatedSpeed(from: begin, to: simulation.totals, shape: shape)
  }

  /// Simulates what `antiphon bench` measures: workers that begin at once with a mini-batch, and do so many each, on average.
  public static func epoch(
    _ workload: Workload, _ costs: ExchangeCosts, _ shape: ClusterShape, steps: Int, seed: UInt64 = 0
  ) -> SimulatedSpeed {
    var simulation = ClusterSimulation(workload, costs, shape, startsTogether: true, seed: seed)
    let begin = simulation.totals
    simulation.run(steps: steps)
    return SimulatedSpeed(from: begin, to: simulation.totals, shape: shape)
  }
}
