public import Tensors

/// When checkpoints are made, and how many are kept.
public struct CheckpointPolicy: Codable, Equatable, Sendable {
  /// Global steps between two; 0 for none by steps.
  public var everySteps: Int = 0
  /// Seconds between two; 0 for none by time.
  public var everySeconds: Double = 300
  /// How many of the newest are kept.
  public var keep: Int = 5
  /// `s3://BUCKET/PREFIX`, or a folder's path, as server 0 tells it to other processes; `nil` for the run's folder.
  public var place: String?

  public init(everySteps: Int = 0, everySeconds: Double = 300, keep: Int = 5, place: String? = nil) {
    self.everySteps = everySteps
    self.everySeconds = everySeconds
    self.keep = keep
    self.place = place
  }

  /// The step of the next one after another, where they are made by steps: all are at the same distances, though one was made
  /// between, as a run was stopped.
  public func next(after step: Int) -> Int? {
    everySteps > 0 ? (step / everySteps + 1) * everySteps : nil
  }
}

/// How a run is watched by an evaluator, which scores clips of the validation part at each checkpoint.
public struct EvaluationPolicy: Codable, Equatable, Sendable {
  /// How many clips at most: the first ones of the part, so always the same.
  public var clips: Int
  /// After so many results in a row that are no better than the best one, the run ends; `nil` for never.
  public var patience: Int?

  public init(clips: Int = 1000, patience: Int? = nil) {
    self.clips = clips
    self.patience = patience
  }
}

/// Everything that servers and workers of one run must agree on. It stands in the run's `configuration.json`, and
/// server 0 tells it to each worker that joins.
public struct RunSettings: Codable, Equatable, Sendable {
  /// More workers than anybody has: a number beyond is a slip.
  public static let mostWorkers = 10_000

  /// A random number that names the run: messages of another run are refused.
  public var run: UInt64
  /// The network, as `ModelSpecification` writes it.
  public var model: String
  /// The number of labels.
  public var classes: Int
  /// The fingerprint of the labels, in order.
  public var vocabularyDigest: String
  /// What the dataset's patches are and how they came about; `nil` of a run that was begun before this was kept.
  public var patchOrigin: String?
  /// The folder of the dataset, as the one who started the run named it.
  public var dataset: String
  /// The number of shards in the training split.
  public var trainingShards: Int
  public var seed: UInt64
  /// Whose values the network begins with, where names and shapes agree: the folder of a checkpoint or a safetensors file,
  /// which all servers see by this path; `nil` to begin from nothing.
  public var initialValues: String?
  /// Patches in a mini-batch.
  public var batch: Int
  /// The global step at which the run ends.
  public var steps: Int
  public var learningRate: LearningRateSchedule
  /// Up to this step, one worker alone computes (the warm start of DistBelief, Dean et al. 2012): no gradient is stale
  /// while the weights move fastest. 0 where all begin at once; always so in `sync`.
  public var warmStartSteps: Int
  public var optimizer: OptimizerSetting
  public var consistency: Consistency
  /// How much a running statistic keeps of itself at each update.
  public var statisticsDecay: Float
  public var loss: Loss
  public var sampling: Sampling
  /// Patches among which a worker draws at random, where sampling is uniform.
  public var poolPatches: Int
  /// What workers do to each mini-batch, in this order.
  public var augmentations: [Augmentation]
  public var checkpoints: CheckpointPolicy
  /// `nil` where those who start the run need no evaluator; one that comes all the same is welcome.
  public var evaluation: EvaluationPolicy?
  public var servers: Int
  /// Threads with which each server takes gradients, each for its own part of the server's chunks.
  public var lanes: Int
  /// How many other servers hold each server's updates before they are acknowledged: 0 or 1.
  public var replicas: Int
  public var workers: Int
  /// How weights travel to workers; servers keep them as Float.
  public var weightFormat: ValueFormat
  /// How gradients travel to servers.
  public var gradientFormat: GradientFormat

  public init(
    run: UInt64, model: String, classes: Int, vocabularyDigest: String, patchOrigin: String? = nil, dataset: String,
    trainingShards: Int, seed: UInt64, initialValues: String? = nil, batch: Int, steps: Int,
    learningRate: LearningRateSchedule,
    warmStartSteps: Int = 0,
    optimizer: OptimizerSetting = .adam(Adam()), consistency: Consistency = .async, statisticsDecay: Float = 0.99,
    loss: Loss = .crossEntropy, sampling: Sampling = .uniform, poolPatches: Int = 8192,
    augmentations: [Augmentation] = [],
    checkpoints: CheckpointPolicy = CheckpointPolicy(), evaluation: EvaluationPolicy? = nil, servers: Int,
    lanes: Int = 1, replicas: Int = 0, workers: Int,
    weightFormat: ValueFormat = .float32,
    gradientFormat: GradientFormat = .each(.float32)
  ) {
    self.run = run
    self.model = model
    self.classes = classes
    self.vocabularyDigest = vocabularyDigest
    self.patchOrigin = patchOrigin
    self.dataset = dataset
    self.trainingShards = trainingShards
    self.seed = seed
    self.initialValues = initialValues
    self.batch = batch
    self.steps = steps
    self.learningRate = learningRate
    self.warmStartSteps = warmStartSteps
    self.optimizer = optimizer
    self.consistency = consistency
    self.statisticsDecay = statisticsDecay
    self.loss = loss
    self.sampling = sampling
    self.poolPatches = poolPatches
    self.augmentations = augmentations
    self.checkpoints = checkpoints
    self.evaluation = evaluation
    self.servers = servers
    self.lanes = lanes
    self.replicas = replicas
    self.workers = workers
    self.weightFormat = weightFormat
    self.gradientFormat = gradientFormat
  }
}

extension RunSettings {
  /// Each server has a part of the model at least, and a replica is held by another server.
  ///
  /// - Parameter manifest: That of the model.
  public func checkServers(of manifest: Manifest) throws(SettingsError) {
    let most = manifest.chunks.count
    guard servers <= most else {
      throw SettingsError("expected at most \(most) servers, \(servers) came: \(model) has \(most) chunks")
    }
    guard (0...1).contains(replicas), replicas < servers else {
      throw SettingsError("expected 0 replicas, or 1 and at least two servers, not \(replicas) and \(servers)")
    }
  }

  /// Reads what a file or a peer says.
  ///
  /// - Throws: `SettingsError` where no run can be like that.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func count(_ key: CodingKeys, atLeast least: Int, unlessGiven absent: Int? = nil) throws -> Int {
      if let absent, !values.contains(key) { return absent }  // of a run that was begun before there was this setting
      let value = try values.decode(Int.self, forKey: key)
      guard value >= least, value <= Int32.max else {
        throw SettingsError("expected a number of \(key.stringValue) from \(least) to \(Int32.max), not \(value)")
      }
      return value
    }
    // Earlier versions knew only Adam, and wrote its settings beside the others.
    let optimizer =
      try values.decodeIfPresent(OptimizerSetting.self, forKey: .optimizer) ?? OptimizerSetting(from: decoder)
    let decay = try values.decode(Float.self, forKey: .statisticsDecay)
    guard (0...1).contains(decay) else { throw SettingsError("expected a statisticsDecay of 0 to 1, not \(decay)") }
    let consistency = try values.decode(Consistency.self, forKey: .consistency)
    self.init(
      run: try values.decode(UInt64.self, forKey: .run), model: try values.decode(String.self, forKey: .model),
      classes: try count(.classes, atLeast: 1),
      vocabularyDigest: try values.decode(String.self, forKey: .vocabularyDigest),
      patchOrigin: try values.decodeIfPresent(String.self, forKey: .patchOrigin),
      dataset: try values.decode(String.self, forKey: .dataset), trainingShards: try count(.trainingShards, atLeast: 1),
      seed: try values.decode(UInt64.self, forKey: .seed),
      initialValues: try values.decodeIfPresent(String.self, forKey: .initialValues),
      batch: try count(.batch, atLeast: 1),
      steps: try count(.steps, atLeast: 0),
      learningRate: try values.decode(LearningRateSchedule.self, forKey: .learningRate),
      warmStartSteps: try count(.warmStartSteps, atLeast: 0, unlessGiven: 0),
      optimizer: optimizer, consistency: consistency, statisticsDecay: decay,
      loss: try values.decodeIfPresent(Loss.self, forKey: .loss) ?? .crossEntropy,
      sampling: try values.decodeIfPresent(Sampling.self, forKey: .sampling) ?? .uniform,
      poolPatches: try count(.poolPatches, atLeast: 1),
      augmentations: try values.decodeIfPresent([Augmentation].self, forKey: .augmentations) ?? [],
      checkpoints: try values.decode(CheckpointPolicy.self, forKey: .checkpoints),
      evaluation: try values.decodeIfPresent(EvaluationPolicy.self, forKey: .evaluation),
      servers: try count(.servers, atLeast: 1), lanes: try count(.lanes, atLeast: 1, unlessGiven: 1),
      replicas: try count(.replicas, atLeast: 0, unlessGiven: 0),
      workers: try count(.workers, atLeast: 0),
      weightFormat: try values.decodeIfPresent(ValueFormat.self, forKey: .weightFormat) ?? .float32,
      gradientFormat: try values.decodeIfPresent(GradientFormat.self, forKey: .gradientFormat) ?? .each(.float32))
  }
}
