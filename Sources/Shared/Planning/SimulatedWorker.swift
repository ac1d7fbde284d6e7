/// Where a worker of a simulation is in its mini-batch.
struct SimulatedWorker {
  /// What it does, or will do as soon as it can.
  enum Place: Equatable {
    /// Before a mini-batch.
    case between
    case forward(stage: Int)
    case backward(stage: Int)
  }

  var place = Place.between
  /// Whether it waits for servers, or for other workers, at its place.
  var isWaiting = false
  /// How many answers are to come for each stage, and last for what belongs to none.
  var awaited: [Int]
  /// What it sends and receives, on threads beside the one that computes.
  var sending = Waiting<ClusterSimulation.Transfer>()
  var receiving = Waiting<ClusterSimulation.Transfer>()
  /// Mini-batches that it has done, and those that it has told of.
  var done = 0
  var told = 0
  /// How much longer than the mean the mini-batch takes.
  var slowness = 1.0
  private var waitedSeconds = 0.0
  private var waitingSince = 0.0

  init(stages: Int) { awaited = Array(repeating: 0, count: stages + 1) }

  var isAnswered: Bool { awaited.allSatisfy { $0 == 0 } }

  mutating func wait(at now: Double) {
    if !isWaiting { waitingSince = now }
    isWaiting = true
  }

  mutating func goOn(at now: Double) {
    if isWaiting { waitedSeconds += now - waitingSince }
    isWaiting = false
  }

  /// How long it has waited for servers and other workers.
  func awaitedSeconds(until now: Double) -> Double { waitedSeconds + (isWaiting ? now - waitingSince : 0) }
}
