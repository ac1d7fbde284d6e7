/// What a run is doing now, as server 0 knows it: what `antiphon status` prints and a line of `metrics.jsonl` holds.
///
/// The JSON keys are fixed, since scripts read them; every key is there, with `null` where there is no value yet.
public struct RunStatus: Codable, Equatable, Sendable {
  /// Where a run stands.
  public enum State: String, Codable, Sendable {
    /// For servers or for the first worker.
    case waiting
    case running
    /// Asked to stop: the last checkpoint is being written.
    case stopping
    /// All steps are done; the last checkpoint is there when `lastCheckpointStep` is `step`.
    case finished
    /// No server answers: what is told stands in the run's files.
    case stopped
  }

  /// When this was so, in seconds since 1970.
  public var unixSeconds: Double
  public var state: State
  /// The global step: mini-batches applied, by all workers together.
  public var step: Int
  /// The global step at which the run ends.
  public var steps: Int
  /// The epoch whose shards are being handed out, from 0.
  public var epoch: Int
  /// Patches trained on since the run began.
  public var examples: Int
  /// Seconds since server 0 started.
  public var seconds: Double
  public var examplesPerSecond: Double
  /// What comes to all servers and goes from them, of late; `nil` in records of earlier versions.
  @Nullable public var bytesPerSecond: Double?
  /// Smoothed; `nil` before the first mini-batch. It must be finite.
  @Nullable public var loss: Double?
  public var learningRate: Double
  /// Updates between the weights that a gradient was computed from and those it was applied to, as server 0 saw them since
  /// its start: each chunk of a gradient counts.
  public var stalenessMean: Double
  /// How many of those had a staleness of 0, 1, 2, …; the last counts all that had more.
  public var stalenessHistogram: [Int]
  /// How long a worker could not compute, since it waited for servers, in each of its mini-batches; smoothed.
  @Nullable public var exposedSecondsPerStep: Double?
  /// How long a worker's mini-batch takes; smoothed.
  @Nullable public var stepSeconds: Double?
  @Nullable public var lastCheckpointStep: Int?
  /// Why the last attempt at a checkpoint failed; `nil` if it did not.
  @Nullable public var lastCheckpointError: String?
  /// What an evaluator found last, and the best of all that they found; `nil` where there is none.
  @Nullable public var validation: ValidationResult?
  @Nullable public var bestValidation: ValidationResult?
  /// Frames that could not be read, or were of another run, on server 0.
  public var droppedFrames: Int
  /// Connections to server 0 that did not prove an admitted key; always 0 where the servers ask for none.
  @ZeroWhereAbsent public var refusedConnections: Int
  /// The number of workers that the user wants.
  public var desiredWorkers: Int
  public var processes: [ProcessStatus]

  public init(
    unixSeconds: Double, state: State = .waiting, step: Int = 0, steps: Int, epoch: Int = 0, examples: Int = 0,
    seconds: Double = 0, examplesPerSecond: Double = 0, bytesPerSecond: Double? = nil, loss: Double? = nil,
    learningRate: Double,
    stalenessMean: Double = 0, stalenessHistogram: [Int] = [], exposedSecondsPerStep: Double? = nil,
    stepSeconds: Double? = nil, lastCheckpointStep: Int? = nil, lastCheckpointError: String? = nil,
    validation: ValidationResult? = nil, bestValidation: ValidationResult? = nil, droppedFrames: Int = 0,
    refusedConnections: Int = 0, desiredWorkers: Int, processes: [ProcessStatus] = []
  ) {
    self.unixSeconds = unixSeconds
    self.state = state
    self.step = step
    self.steps = steps
    self.epoch = epoch
    self.examples = examples
    self.seconds = seconds
    self.examplesPerSecond = examplesPerSecond
    self.bytesPerSecond = bytesPerSecond
    self.loss = loss
    self.learningRate = learningRate
    self.stalenessMean = stalenessMean
    self.stalenessHistogram = stalenessHistogram
    self.exposedSecondsPerStep = exposedSecondsPerStep
    self.stepSeconds = stepSeconds
    self.lastCheckpointStep = lastCheckpointStep
    self.lastCheckpointError = lastCheckpointError
    self.validation = validation
    self.bestValidation = bestValidation
    self.droppedFrames = droppedFrames
    self.refusedConnections = refusedConnections
    self.desiredWorkers = desiredWorkers
    self.processes = processes
  }

  enum CodingKeys: String, CodingKey {
    case unixSeconds = "unix_seconds"
    case state, step, steps, epoch, examples, seconds
    case examplesPerSecond = "examples_per_second"
    case bytesPerSecond = "bytes_per_second"
    case loss
    case learningRate = "learning_rate"
    case stalenessMean = "staleness_mean"
    case stalenessHistogram = "staleness_histogram"
    case exposedSecondsPerStep = "exposed_seconds_per_step"
    case stepSeconds = "step_seconds"
    case lastCheckpointStep = "last_checkpoint_step"
    case lastCheckpointError = "last_checkpoint_error"
    case validation
    case bestValidation = "best_validation"
    case droppedFrames = "dropped_frames"
    case refusedConnections = "refused_connections"
    case desiredWorkers = "desired_workers"
    case processes
  }
}

/// What one process of a run is doing.
public struct ProcessStatus: Codable, Equatable, Sendable {
  public enum Role: String, Codable, Sendable {
    case server, worker, evaluator
  }

  public enum State: String, Codable, Sendable {
    case running
    /// It was not heard of for a while: it is dead, or cut off.
    case silent
    /// The run has ended.
    case stopped
  }

  public var role: Role
  public var index: Int
  public var pid: Int32
  /// `host:port` of a server; empty for the others, which listen nowhere.
  public var address: String
  public var state: State
  /// What comes to a server and goes from it, of late.
  @Nullable public var bytesPerSecond: Double?
  /// The size of a server's share of the weights.
  @Nullable public var shardBytes: Int?

  public init(
    role: Role, index: Int, pid: Int32, address: String, state: State, bytesPerSecond: Double? = nil,
    shardBytes: Int? = nil
  ) {
    self.role = role
    self.index = index
    self.pid = pid
    self.address = address
    self.state = state
    self.bytesPerSecond = bytesPerSecond
    self.shardBytes = shardBytes
  }

  enum CodingKeys: String, CodingKey {
    case role, index, pid, address, state
    case bytesPerSecond = "bytes_per_second"
    case shardBytes = "shard_bytes"
  }
}
