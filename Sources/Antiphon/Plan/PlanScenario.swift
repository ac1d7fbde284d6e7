import Models
import Parameters
import Planning
import Training

/// What a plan is made for: a network on machines of one kind, with workers and servers that can be varied.
struct PlanScenario {
  private let network: Models.Network
  private let batch: Int
  private let calibration: Calibration
  private let costs: ExchangeCosts
  private let shape: ClusterShape

  /// - Parameter servers: `nil` for as many as it takes.
  init(_ network: Models.Network, batch: Int, _ calibration: Calibration, _ shape: ClusterShape, servers: Int?) throws {
    if case .sync(_, let backups) = shape.consistency, backups > 0 {
      throw SettingsError("expected 'sync' without backup workers: a plan knows none")
    }
    self.network = network
    self.batch = batch
    self.calibration = calibration
    costs = shape.machines == nil ? calibration.costs : calibration.crowdedCosts
    var shape = shape
    let chosen = Forecast.servers(Self.workload(network, batch, calibration, shape), costs, for: shape)
    shape.servers = servers ?? chosen
    self.shape = shape
  }

  /// Workers on one machine share its cores.
  private static func workload(
    _ network: Models.Network, _ batch: Int, _ calibration: Calibration, _ shape: ClusterShape
  ) -> Workload {
    let threads = max(1, shape.cores / shape.workersOnBusiestHost)
    return Workload(
      network, batch: batch,
      computeSeconds: calibration.computeSeconds(
        multiplies: network.layers.multiplies, batch: batch, cores: threads),
      computing: .threads(threads), variation: calibration.computeVariation)
  }

  private var workload: Workload { Self.workload(network, batch, calibration, shape) }

  private func row(workers: Int) -> PlanReport.Row {
    var shape = shape
    shape.workers = workers
    if shape.consistency.isSync { shape.consistency = .sync(workers: workers) }
    return PlanReport.Row(
      Self.workload(network, batch, calibration, shape), costs, shape,
      loneStepsPerSecond: loneForecast(shape).linearStepsPerSecond)
  }

  /// A cluster with one worker, which has a machine for itself.
  private func lone(_ shape: ClusterShape) -> ClusterShape {
    var shape = shape
    shape.workers = 1
    if shape.consistency.isSync { shape.consistency = .sync(workers: 1) }
    return shape
  }

  /// What its worker does, against which is lost what workers share.
  private func loneForecast(_ shape: ClusterShape) -> Forecast {
    let lone = lone(shape)
    return Forecast(Self.workload(network, batch, calibration, lone), costs, lone)
  }

  /// Another network between the same machines.
  private func alternative(_ rate: NetworkRate) -> PlanReport.Network {
    var shape = shape
    shape.network.bytesPerSecond = rate.bytesPerSecond
    let forecast = Forecast(workload, costs, shape)
    // What one worker would do on a line that takes no time is what is lost against.
    shape.network.bytesPerSecond = .infinity
    let linear = loneForecast(shape).linearStepsPerSecond * Double(shape.workers)
    return PlanReport.Network(
      network: rate.description, examplesPerSecond: forecast.stepsPerSecond * Double(batch),
      shareOfLinear: forecast.stepsPerSecond / linear)
  }

  /// - Parameter progress: Is told how many clusters have been simulated, and how many will be.
  func report(
    network rate: NetworkRate, areServersChosen: Bool, assumed: [String], progress: (Int, Int) -> Void
  ) -> PlanReport {
    let knee = Forecast.knee(Self.workload(network, batch, calibration, lone(shape)), costs, shape)
    let workers = shape.workers
    var counts = Set([1, workers / 4, workers / 2, workers, workers * 2])
    if let knee, knee.workers < 4 * Double(workers) { counts.insert(Int(knee.workers.rounded())) }
    let sorted = counts.filter { $0 > 0 }.sorted()
    let rows = sorted.enumerated().map { place, workers in
      progress(place, sorted.count)
      return row(workers: workers)
    }
    return PlanReport(
      model: network.specification.description, weights: workload.manifest.count, modelBytes: workload.modelBytes,
      batch: batch, computeSeconds: workload.computeSeconds, coresPerMachine: shape.cores, machines: shape.machines,
      network: rate.description, consistency: shape.consistency.description, lanes: shape.lanes,
      areServersChosen: areServersChosen, assumed: assumed, plan: rows.first { $0.workers == workers }!,
      kneeWorkers: knee?.workers, kneeBottleneck: knee?.bottleneck.rawValue, table: rows,
      networks: shape.machines == 1 ? [] : [1e9, 10e9, 25e9, 100e9].map { alternative(NetworkRate(bitsPerSecond: $0)) })
  }
}

extension ClusterShape {
  /// How many machines are shared; `nil` if each process has its own.
  fileprivate var machines: Int? {
    if case .together(let hosts) = placement { hosts } else { nil }
  }

  fileprivate var workersOnBusiestHost: Int {
    machines.map { (workers + $0 - 1) / $0 } ?? 1
  }
}
