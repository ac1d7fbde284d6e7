import Parameters

// The way of a parcel: the worker's sending thread, the line, the server's lane, the line, the worker's receiving thread.
extension ClusterSimulation {
  mutating func push(_ stage: Int, _ worker: Int) {
    for parcel in stageParcels[stage] {
      workers[worker].awaited[stage] += 1
      if let next = workers[worker].sending.add(Transfer(worker: worker, parcel: parcel), at: now) {
        beginSending(next)
      }
    }
  }

  private mutating func beginSending(_ transfer: Transfer) {
    let seconds = costs.worker.seconds(parcels[transfer.parcel].bytes) / 2
    begin(.send, transfer.worker, on: shape.host(ofWorker: transfer.worker), seconds: seconds)
  }

  mutating func endSending(_ worker: Int) {
    let (transfer, next) = workers[worker].sending.finish(at: now)
    if let next { beginSending(next) }
    send(
      transfer, from: shape.host(ofWorker: worker), to: host(ofLane: transfer), reaching: .reachesServer(transfer),
      arriving: .arrivesAtServer(transfer))
  }

  mutating func arriveAtServer(_ transfer: Transfer) {
    if let next = lanes[parcels[transfer.parcel].lane].add(transfer, at: now) { beginLane(next) }
  }

  private mutating func beginLane(_ transfer: Transfer) {
    let parcel = parcels[transfer.parcel]
    begin(
      .lane, parcel.lane, on: host(ofLane: transfer), seconds: costs.lane.seconds(parcel.bytes),
      threads: costs.laneThreads(parcel.bytes))
  }

  mutating func endLane(_ lane: Int) {
    let (transfer, next) = lanes[lane].finish(at: now)
    if let next { beginLane(next) }
    for worker in answered(by: transfer) {
      let answer = Transfer(worker: worker, parcel: transfer.parcel)
      send(
        answer, from: host(ofLane: transfer), to: shape.host(ofWorker: worker), reaching: .reachesWorker(answer),
        arriving: .arrivesAtWorker(answer))
    }
  }

  /// Who is answered now that a lane has taken a message.
  private mutating func answered(by transfer: Transfer) -> [Int] {
    if parcels[transfer.parcel].stage == workload.stages.count { return [transfer.worker] }
    return shape.consistency.isSync ? updates.gather(transfer) : updates.apply(transfer)
  }

  mutating func arriveAtWorker(_ transfer: Transfer) {
    if let next = workers[transfer.worker].receiving.add(transfer, at: now) { beginReceiving(next) }
  }

  private mutating func beginReceiving(_ transfer: Transfer) {
    let seconds = costs.worker.seconds(parcels[transfer.parcel].bytes) / 2
    begin(.receive, transfer.worker, on: shape.host(ofWorker: transfer.worker), seconds: seconds)
  }

  mutating func endReceiving(_ worker: Int) {
    let (transfer, next) = workers[worker].receiving.finish(at: now)
    if let next { beginReceiving(next) }
    workers[worker].awaited[parcels[transfer.parcel].stage] -= 1
    look(at: worker)
  }
}

/// The updates of a simulation: how many each parcel has had, and how many of them each worker has seen.
struct SimulatedUpdates {
  private var applied: [Int]
  private var seen: [Int]
  /// In `sync`, who has pushed and waits for the others.
  private var gathered: [[Int]]
  /// The sum over all updates of how many came between the weights and their gradient.
  private(set) var staleness = 0
  private(set) var count = 0

  init(parcels: Int, workers: Int) {
    applied = Array(repeating: 0, count: parcels)
    seen = Array(repeating: 0, count: parcels * workers)
    gathered = Array(repeating: [], count: parcels)
    self.workers = workers
  }

  private let workers: Int

  /// - Returns: Who is answered now.
  mutating func apply(_ transfer: ClusterSimulation.Transfer) -> [Int] {
    let place = transfer.worker * applied.count + transfer.parcel
    staleness += applied[transfer.parcel] - seen[place]
    count += 1
    applied[transfer.parcel] += 1
    seen[place] = applied[transfer.parcel]
    return [transfer.worker]
  }

  /// - Returns: Who is answered now: nobody, or all.
  mutating func gather(_ transfer: ClusterSimulation.Transfer) -> [Int] {
    gathered[transfer.parcel].append(transfer.worker)
    guard gathered[transfer.parcel].count == workers else { return [] }
    defer { gathered[transfer.parcel].removeAll(keepingCapacity: true) }
    return gathered[transfer.parcel]
  }
}
