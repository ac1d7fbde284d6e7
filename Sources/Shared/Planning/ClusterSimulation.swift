import Parameters
import Tensors

/// A cluster in a simulation of discrete events: workers that compute, stage by stage, what they push and await; servers'
/// lanes that take one message after the other; machines whose threads share cores; the lines between machines.
///
/// The same events in the same order for the same seed. A worker does what `Trainer` does: gradients leave last stage
/// first, new weights are awaited first stage first, and in `bounded` and `sync` all of them before the next mini-batch.
public struct ClusterSimulation {
  enum Happening {
    /// The next job on a machine is done; void if jobs have come or gone since it was foreseen.
    case jobEnds(host: Int, version: Int)
    case reachesServer(Transfer)
    case arrivesAtServer(Transfer)
    case reachesWorker(Transfer)
    case arrivesAtWorker(Transfer)
    case waitEnds(worker: Int)
    case starts(worker: Int)
  }

  private struct Event: Comparable {
    let time: Double
    let number: Int
    let happening: Happening

    static func < (a: Event, b: Event) -> Bool { (a.time, a.number) < (b.time, b.number) }
    static func == (a: Event, b: Event) -> Bool { a.number == b.number }
  }

  struct Transfer {
    let worker: Int
    let parcel: Int
  }

  /// What a thread does on a core; the number of a job holds both.
  enum Job: Int {
    case compute, send, lane, receive
  }

  let workload: Workload
  let costs: ExchangeCosts
  let shape: ClusterShape
  let parcels: [Parcel]
  /// The parcels of each stage, and last those that belong to none.
  let stageParcels: [[Int]]

  var now = 0.0
  private var events = Heap<Event>()
  private var eventCount = 0
  private var hosts: [Host]
  var workers: [SimulatedWorker]
  var lanes: [Waiting<Transfer>]
  var updates: SimulatedUpdates
  var generator: SeededGenerator
  /// How many workers have done so many mini-batches.
  var doneWith: [Int] = [0]
  /// The mini-batches that every worker has done.
  var slowest = 0
  /// Mini-batches that have been done.
  var steps = 0

  private struct Host {
    var cores: SharedCores
    var out: Port
    var into: Port
    var version = 0
    var foreseen = Double.infinity
  }

  /// - Parameter startsTogether: Whether all workers begin at once; otherwise evenly spread over a mini-batch, which is
  ///   where they soon are if nobody awaits anybody.
  init(
    _ workload: Workload, _ costs: ExchangeCosts, _ shape: ClusterShape, startsTogether: Bool = false, seed: UInt64 = 0
  ) {
    self.workload = workload
    self.costs = costs
    self.shape = shape
    let parcels = workload.parcels(servers: shape.servers, lanes: shape.lanes)
    self.parcels = parcels
    stageParcels = (0...workload.stages.count).map { stage in parcels.indices.filter { parcels[$0].stage == stage } }
    generator = SeededGenerator(seed: seed)
    hosts = (0..<shape.hosts).map { _ in
      Host(
        cores: SharedCores(cores: shape.cores), out: Port(bytesPerSecond: shape.network.bytesPerSecond),
        into: Port(bytesPerSecond: shape.network.bytesPerSecond))
    }
    workers = (0..<shape.workers).map { _ in SimulatedWorker(stages: workload.stages.count) }
    lanes = (0..<shape.servers * shape.lanes).map { _ in Waiting() }
    updates = SimulatedUpdates(parcels: parcels.count, workers: shape.workers)
    for worker in 0..<shape.workers {
      let part = startsTogether ? 0 : (Double(worker) + 0.5) / Double(shape.workers)
      schedule(.starts(worker: worker), at: workload.computeSeconds * part)
    }
  }

  /// Runs until the workers have done so many mini-batches, on average.
  mutating func run(steps perWorker: Int) {
    let end = perWorker * shape.workers
    while steps < end {
      let event = events.removeFirst()
      now = event.time
      switch event.happening {
      case .jobEnds(let host, let version): if hosts[host].version == version { endJob(on: host) }
      case .reachesServer(let transfer): pass(transfer, into: host(ofLane: transfer), then: .arrivesAtServer(transfer))
      case .arrivesAtServer(let transfer): arriveAtServer(transfer)
      case .reachesWorker(let transfer):
        pass(transfer, into: shape.host(ofWorker: transfer.worker), then: .arrivesAtWorker(transfer))
      case .arrivesAtWorker(let transfer): arriveAtWorker(transfer)
      case .waitEnds(let worker): endComputing(worker)
      case .starts(let worker): beginStep(worker)
      }
    }
    for host in hosts.indices { hosts[host].cores.advance(to: now) }
    for lane in lanes.indices { lanes[lane].advance(to: now) }
  }

  /// What has been used and done up to now.
  var totals: SimulationTotals {
    SimulationTotals(
      seconds: now, steps: steps, staleness: updates.staleness, updates: updates.count,
      laneSeconds: lanes.map(\.busySeconds),
      portSeconds: hosts.map {
        max($0.out.busySeconds(until: now), $0.into.busySeconds(until: now))
      },
      coreSeconds: hosts.map(\.cores.busySeconds),
      lanePresenceSeconds: lanes.reduce(0) { $0 + $1.presenceSeconds },
      laneResidenceSeconds: lanes.reduce(0) { $0 + $1.residenceSeconds }, messages: lanes.reduce(0) { $0 + $1.done },
      awaitedSeconds: workers.reduce(0) { $0 + $1.awaitedSeconds(until: now) })
  }
}

// Time, cores and lines.
extension ClusterSimulation {
  func host(ofLane transfer: Transfer) -> Int { shape.host(ofServer: parcels[transfer.parcel].lane / shape.lanes) }

  mutating func schedule(_ happening: Happening, at time: Double) {
    events.insert(Event(time: time, number: eventCount, happening: happening))
    eventCount += 1
  }

  /// Has a thread do something on a machine's cores.
  mutating func begin(_ job: Job, _ index: Int, on host: Int, seconds: Double, threads: Double = 1) {
    hosts[host].cores.advance(to: now)
    hosts[host].cores.begin(index << 2 | job.rawValue, seconds: seconds, threads: threads)
    foresee(host)
  }

  private mutating func endJob(on host: Int) {
    hosts[host].cores.advance(to: now)
    let number = hosts[host].cores.endNext()
    hosts[host].foreseen = .infinity
    foresee(host)
    let index = number >> 2
    switch Job(rawValue: number & 3)! {
    case .compute: endComputing(index)
    case .send: endSending(index)
    case .lane: endLane(index)
    case .receive: endReceiving(index)
    }
  }

  private mutating func foresee(_ host: Int) {
    guard let end = hosts[host].cores.nextEnd else { return }
    guard end != hosts[host].foreseen else { return }
    hosts[host].foreseen = end
    hosts[host].version += 1
    schedule(.jobEnds(host: host, version: hosts[host].version), at: end)
  }

  /// Sends a message from a machine to another one: its first byte reaches that one's line after half a round trip.
  mutating func send(_ transfer: Transfer, from: Int, to: Int, reaching: Happening, arriving: Happening) {
    guard from != to else { return schedule(arriving, at: now + costs.localRoundTripSeconds / 2) }
    let begin = hosts[from].out.pass(parcels[transfer.parcel].bytes, at: now).begin
    schedule(reaching, at: begin + shape.network.roundTripSeconds / 2)
  }

  private mutating func pass(_ transfer: Transfer, into host: Int, then arriving: Happening) {
    schedule(arriving, at: hosts[host].into.pass(parcels[transfer.parcel].bytes, at: now).end)
  }
}
