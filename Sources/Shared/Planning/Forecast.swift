import Glibc
import Parameters

/// What is the first to be full as workers are added.
public enum Bottleneck: String, Codable, Sendable {
  case compute
  case lane = "server lane"
  case serverLine = "server network"
  case workerLine = "worker network"
  case cores
  /// In `sync`: that all wait for the one whose mini-batch takes longest.
  case slowestWorker = "slowest worker"
}

/// What a cluster will do, by a formula: each worker as if it were alone, until something that they share is full.
///
/// Close to full, workers stand in each other's way before: that is for the simulation to tell.
public struct Forecast: Equatable, Sendable {
  /// As many workers as anybody has.
  private static let manyWorkers = 20_000

  /// Of a worker that is alone.
  public let loneStepSeconds: Double
  /// Mini-batches of all workers together.
  public let stepsPerSecond: Double
  /// What they would be if nothing were shared.
  public let linearStepsPerSecond: Double
  /// Updates between the weights that a gradient is computed from and those that it is applied to: as many as there are
  /// other workers, since each of them makes one in the meantime.
  public let stalenessMean: Double
  /// What limits the speed: the computing, or what is full.
  public let bottleneck: Bottleneck
  /// How busy the busiest of each is at that speed, 0...1.
  public let busiestLane: Double
  public let busiestLine: Double
  public let busiestCores: Double

  public init(_ workload: Workload, _ costs: ExchangeCosts, _ shape: ClusterShape) {
    let demands = Demands(workload, costs, shape)
    let workers = Double(shape.workers)
    let loneSeconds = LoneStep(workload, costs, shape).seconds
    linearStepsPerSecond = workers / loneSeconds
    loneStepSeconds = loneSeconds
    let isSync = shape.consistency.isSync
    stalenessMean = isSync ? 0 : workers - 1
    // In step, all wait for the slowest of them, and are served in turn.
    let slowestSeconds = isSync ? workload.variation * (2 * log(workers)).squareRoot() * workload.computeSeconds : 0
    let turnSeconds = isSync ? LoneStep(workload, costs, shape, convoy: shape.workers).seconds - loneSeconds : 0
    let free = workers / (loneSeconds + turnSeconds + slowestSeconds)
    let fullest = demands.fullest
    let speed = min(free, 1 / max(fullest.seconds, demands.cores, .leastNormalMagnitude))
    stepsPerSecond = speed
    bottleneck =
      if speed > 0.98 * linearStepsPerSecond {
        loneSeconds > 2 * workload.computeSeconds ? .workerLine : .compute
      } else if isSync, speed == free, slowestSeconds > turnSeconds {
        .slowestWorker
      } else {
        fullest.what
      }
    busiestLane = min(1, demands.lane * speed)
    busiestLine = min(1, demands.line * speed)
    busiestCores = min(1, demands.cores * speed)
  }

  /// Beyond how many workers more of them bring little: where the speed of as many workers as one likes, and that of one
  /// times their number, are the same. Half the speed of that many is lost there at most.
  ///
  /// - Returns: The number, and what is full then; `nil` if nothing is with 20,000.
  public static func knee(
    _ workload: Workload, _ costs: ExchangeCosts, _ shape: ClusterShape
  ) -> (workers: Double, bottleneck: Bottleneck)? {
    var shape = shape
    if case .sync = shape.consistency { shape.consistency = .sync(workers: manyWorkers) }
    shape.workers = manyWorkers
    let most = Forecast(workload, costs, shape)
    guard most.stepsPerSecond < 0.9 * most.linearStepsPerSecond else { return nil }
    return (most.stepsPerSecond * most.loneStepSeconds, most.bottleneck)
  }

  /// How many servers it takes: the fewest with which the busiest lane and line would be busy half of the time if the
  /// workers lost nothing, since workers that come in groups wait long where more is asked for. Where no number is enough,
  /// the fewest with which they are nearly as little busy as they can be: a chunk is not divided among servers.
  public static func servers(_ workload: Workload, _ costs: ExchangeCosts, for shape: ClusterShape) -> Int {
    let candidates = 1...min(shape.workers, workload.manifest.chunks.count)
    let busy = candidates.map { servers in
      var shape = shape
      shape.servers = servers
      let demands = Demands(workload, costs, shape)
      return max(demands.lane, demands.line) * Double(shape.workers) / LoneStep(workload, costs, shape).seconds
    }
    let enough = max(0.5, 1.05 * busy.min()!)
    return candidates.lowerBound + busy.firstIndex { $0 <= enough }!
  }
}

/// Seconds for which a mini-batch of any worker keeps the busiest of each kind busy.
private struct Demands {
  let lane: Double
  /// Of the busiest direction of any machine's line.
  let line: Double
  let cores: Double
  let isServersLine: Bool
  let areCoresShared: Bool

  init(_ workload: Workload, _ costs: ExchangeCosts, _ shape: ClusterShape) {
    let parcels = workload.parcels(servers: shape.servers, lanes: shape.lanes)
    var lanes = Array(repeating: 0.0, count: shape.servers * shape.lanes)
    var into = Array(repeating: 0.0, count: shape.hosts)  // as much goes out
    var cores = Array(repeating: 0.0, count: shape.hosts)
    var isServer = Array(repeating: false, count: shape.hosts)
    for server in 0..<shape.servers { isServer[shape.host(ofServer: server)] = true }
    var workersOn = Array(repeating: 0.0, count: shape.hosts)
    for worker in 0..<shape.workers { workersOn[shape.host(ofWorker: worker)] += 1 / Double(shape.workers) }
    let workerSeconds =
      parcels.reduce(workload.computeSeconds * Double(workload.threads)) { $0 + costs.worker.seconds($1.bytes) }
    let lineSeconds = Double(workload.modelBytes) / shape.network.bytesPerSecond
    for host in cores.indices {
      cores[host] = workerSeconds * workersOn[host]
      into[host] = lineSeconds * workersOn[host]
    }
    for parcel in parcels {
      lanes[parcel.lane] += costs.lane.seconds(parcel.bytes)
      let server = shape.host(ofServer: parcel.lane / shape.lanes)
      cores[server] += costs.lane.seconds(parcel.bytes) * costs.laneThreads(parcel.bytes)
      // What other machines' workers send, less what the server's own machine has and so need not hear.
      into[server] += parcel.bytes / shape.network.bytesPerSecond * (1 - 2 * workersOn[server])
    }
    lane = lanes.max() ?? 0
    line = into.max() ?? 0
    isServersLine = isServer[into.firstIndex(of: line) ?? 0]
    areCoresShared = shape.placement != .apart
    self.cores = (cores.max() ?? 0) / Double(shape.cores)
  }

  /// Of what workers share.
  var fullest: (seconds: Double, what: Bottleneck) {
    var all: [(Double, Bottleneck)] = [(lane, .lane), (line, isServersLine ? .serverLine : .workerLine)]
    if areCoresShared { all.append((cores, .cores)) }
    return all.max { $0.0 < $1.0 }.map { (seconds: $0.0, what: $0.1) }!
  }
}
