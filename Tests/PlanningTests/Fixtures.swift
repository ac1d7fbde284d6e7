import Parameters

@testable import Planning

extension Workload {
  /// A network of three stages, of 2, 1 and 1 million weights in rows of 1000.
  static func small(
    computeSeconds: Double = 1, computing: Computing = .timedWait, variation: Double = 0
  ) -> Workload {
    let manifest = Manifest(
      zip(["a", "b", "c"], [2000, 1000, 1000]).map { .init(name: $0, shape: [$1, 1000], kind: .weight) })
    let stages = [0.25, 0.5, 0.25].enumerated().map { Stage(tensors: $0..<$0 + 1, share: $1) }
    return Workload(
      manifest, stages: stages, batch: 10, computeSeconds: computeSeconds, computing: computing, variation: variation)
  }

  /// One stage of one message.
  static func plain(computeSeconds: Double, variation: Double = 0) -> Workload {
    Workload(
      Manifest([.init(name: "a", shape: [250, 1000], kind: .weight)]), stages: [Stage(tensors: 0..<1, share: 1)],
      batch: 10, computeSeconds: computeSeconds, computing: .timedWait, variation: variation)
  }
}

extension ExchangeCosts {
  static let some = ExchangeCosts(
    lane: Cost(secondsPerMessage: 1e-4, secondsPerByte: 1e-9),
    server: Cost(secondsPerMessage: 1.5e-4, secondsPerByte: 1.5e-9),
    worker: Cost(secondsPerMessage: 1e-4, secondsPerByte: 5e-10), localRoundTripSeconds: 1e-4)
}

extension ClusterShape.Network {
  static let free = ClusterShape.Network(bytesPerSecond: .infinity, roundTripSeconds: 0)
  static let gigabit = ClusterShape.Network(bytesPerSecond: 125e6, roundTripSeconds: 2e-4)
  static let tenGigabit = ClusterShape.Network(bytesPerSecond: 1.25e9, roundTripSeconds: 2e-4)
}

extension ClusterShape {
  static func sample(
    workers: Int, servers: Int = 4, lanes: Int = 1, placement: Placement = .apart, cores: Int = 4,
    network: Network = .tenGigabit, _ consistency: Consistency = .async
  ) -> ClusterShape {
    ClusterShape(
      workers: workers, servers: servers, lanes: lanes, placement: placement, cores: cores, network: network,
      consistency: consistency)
  }
}

func isNear(_ a: Double, _ b: Double, within share: Double) -> Bool { abs(a - b) <= share * abs(b) }
