public import Parameters

/// What a fault bed is made of.
public struct BedPlan: Sendable {
  public var servers = 2
  public var workers = 2
  public var steps = 200
  /// How long a mini-batch takes: so long that a run does not end before anything happens to it.
  public var stepSeconds = 0.1
  public var checkpoints = CheckpointPolicy(everySteps: 50, everySeconds: 0, keep: 3)
  /// Whether each process has a host of its own, which needs root.
  var isNetworked = false
  /// The bytes of the disk that the run's folder is on; `nil` for the disk of this machine. It needs root.
  var diskBytes: Int?
  /// Whether servers have a clock that can be set.
  var hasOtherClock = false
  /// What stands before the command of a server, by its index.
  var serverPrefix: [Int: [String]] = [:]
  /// The fewest and the most steps that it makes sense to make.
  var usefulSteps = 1...Int.max
  /// Whether faults last as short a time as they may.
  public var isQuick = false
  /// What else is to be set for the run.
  var configure: @Sendable (inout RunSettings) -> Void = { _ in }

  /// The settings of a run whose sums are known, and that others start and stop.
  public static func settings(servers: Int, workers: Int, steps: Int) -> RunSettings {
    BedPlan(servers: servers, workers: workers, steps: steps).settings
  }

  var settings: RunSettings {
    // 49,152 values on server 0, and 35 in three tensors on server 1.
    var settings = RunSettings(
      run: .random(in: 1...UInt64.max), model: "fc-1x8", classes: 3, vocabularyDigest: "", dataset: "",
      trainingShards: 4, seed: 7, batch: 1, steps: min(max(steps, usefulSteps.lowerBound), usefulSteps.upperBound),
      learningRate: LearningRateSchedule(1), optimizer: .sgd, checkpoints: checkpoints, servers: servers,
      workers: workers)
    configure(&settings)
    return settings
  }
}
