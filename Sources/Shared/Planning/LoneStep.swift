import Parameters

/// A mini-batch of one worker that has the servers and the lines for itself: how long it takes, in a formula.
///
/// The parcels pass the sending thread, the lines, the lanes and the receiving thread one after the other, each at
/// `max(when it comes, when the one before is done)`; the forward pass computes each stage at `max(when the stage before is
/// done, when its weights are there)`. No mini-batch begins before its predecessor's weights are used, so one is as all are.
struct LoneStep {
  private let workload: Workload
  private let costs: ExchangeCosts
  private let shape: ClusterShape
  /// How many workers do the same at the same time: servers and their lines then serve each of them in turn.
  private let convoy: Double

  init(_ workload: Workload, _ costs: ExchangeCosts, _ shape: ClusterShape, convoy: Int = 1) {
    self.workload = workload
    self.costs = costs
    self.shape = shape
    self.convoy = Double(convoy)
  }

  fileprivate struct Passing {
    let parcel: Parcel
    var time: Double
  }

  /// From the beginning of a mini-batch to that of the next one.
  var seconds: Double {
    let backwardSeconds = workload.computeSeconds * 2 / 3
    let answered = answers()
    let isStrict = shape.consistency.countsWhatIsAnswered
    let all = answered.max() ?? 0
    var time = max(backwardSeconds, isStrict ? all : answered[workload.stages.count])
    for (index, stage) in workload.stages.enumerated() {
      time = max(time, answered[index]) + workload.computeSeconds * stage.share / 3
    }
    return time
  }

  /// When the weights of each stage are there, and last the answer of server 0, after the beginning of the backward pass.
  private func answers() -> [Double] {
    var passing = pushed()
    let workersHost = { (_: Parcel) in shape.host(ofWorker: 0) }
    let serversHost = { (parcel: Parcel) in shape.host(ofServer: parcel.lane / shape.lanes) }
    let workerSeconds = { (parcel: Parcel) in costs.worker.seconds(parcel.bytes) / 2 }
    passing.pass(workersHost, seconds: workerSeconds)
    ride(&passing, from: workersHost, to: serversHost, intoConvoy: convoy)
    passing.pass(\.lane, seconds: { costs.lane.seconds($0.bytes) * convoy })
    ride(&passing, from: serversHost, to: workersHost, outConvoy: convoy)
    passing.pass(workersHost, seconds: workerSeconds)
    var answered = Array(repeating: 0.0, count: workload.stages.count + 1)
    for item in passing { answered[item.parcel.stage] = max(answered[item.parcel.stage], item.time) }
    return answered
  }

  /// When the backward pass finds each.
  private func pushed() -> [Passing] {
    var found = Array(repeating: 0.0, count: workload.stages.count + 1)
    var time = 0.0
    for (index, stage) in workload.stages.enumerated().reversed() {
      time += workload.computeSeconds * stage.share * 2 / 3
      found[index] = time
    }
    found[workload.stages.count] = time
    return workload.parcels(servers: shape.servers, lanes: shape.lanes).map {
      Passing(parcel: $0, time: found[$0.stage])
    }
  }

  /// From a machine's line to another's: out of the one in the order in which they come there, and so into the other.
  ///
  /// - Parameters:
  ///   - outConvoy: How many take their turn on the way out, of whom this worker is the last.
  ///   - intoConvoy: So too on the way in.
  private func ride(
    _ passing: inout [Passing], from: (Parcel) -> Int, to: (Parcel) -> Int, outConvoy: Double = 1,
    intoConvoy: Double = 1
  ) {
    var free: [Int: Double] = [:]
    var local: [Passing] = []
    var reached: [Passing] = []
    for var item in passing.inOrder {
      guard from(item.parcel) != to(item.parcel) else {
        item.time += costs.localRoundTripSeconds / 2
        local.append(item)
        continue
      }
      let seconds = item.parcel.bytes / shape.network.bytesPerSecond
      let begin = max(item.time, free[from(item.parcel)] ?? 0) + (outConvoy - 1) * seconds
      free[from(item.parcel)] = begin + seconds
      item.time = begin + shape.network.roundTripSeconds / 2
      reached.append(item)
    }
    reached.pass(to, seconds: { $0.bytes / shape.network.bytesPerSecond * intoConvoy })
    passing = reached + local
  }
}

extension [LoneStep.Passing] {
  fileprivate var inOrder: [Element] {
    enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
  }

  /// One after the other at each of some places, in the order in which they come.
  fileprivate mutating func pass(_ place: (Parcel) -> Int, seconds: (Parcel) -> Double) {
    var free: [Int: Double] = [:]
    self = inOrder.map { item in
      let end = Swift.max(item.time, free[place(item.parcel)] ?? 0) + seconds(item.parcel)
      free[place(item.parcel)] = end
      return LoneStep.Passing(parcel: item.parcel, time: end)
    }
  }
}
