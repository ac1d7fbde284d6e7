import ArgumentParser
import Checkpoints
import Datasets
import Foundation
import Models
import Parameters
import Training

/// What can be set of a training. All are optional: a new run has defaults, a resumed one keeps what it has.
struct TrainingOptions: ParsableArguments {
  @Option(help: "The network: \(ModelSpecification.forms).")
  var model: String?

  @Option(help: "The folder of the dataset, as 'antiphon prepare' makes it.")
  var data: String?

  @Option(help: "Parameter servers (default: 1).")
  var servers: Int?

  @Option(help: "Threads with which each server takes gradients; one is enough for a network of 25 Gb/s (default: 1).")
  var lanes: Int?

  @Option(
    help: """
      How many other servers hold each update before a worker is told that it is applied, 0 or 1: with 1 no server's \
      death loses one, and pushes take longer (default: 0).
      """)
  var replicas: Int?

  @Option(help: "Workers (default: 1).")
  var workers: Int?

  @Option(help: "Global steps (mini-batches of all workers together) after which the run ends.")
  var steps: Int?

  @Option(help: "In place of --steps: how often each patch, or clip, is read, about (default: 10).")
  var epochs: Double?

  @Option(help: "Patches in a mini-batch, or clips, where the network reads whole ones (default: 128).")
  var batch: Int?

  @Option(
    help: "'adam', or 'sgd' for plain gradient descent, which keeps nothing beside the weights (default: adam).")
  var optimizer: String?

  @Option(
    help: """
      The step size: 1e-3; 1e-3,5000:1e-4, which is lowered at step 5000; 1e-3*0.95/1000, which is multiplied by 0.95 in \
      the course of every 1000 steps; with 'warm-up:500,' before it, it grows over the first 500 (default: 1e-3).
      """)
  var learningRate: String?

  @Option(
    help: "Global steps up to which one worker computes alone, so that none of its gradients is stale (default: 0).")
  var warmStart: Int?

  @Option(
    help: """
      'async': each gradient is applied when it comes. 'staleness-aware': so too, in smaller steps the later it comes. \
      'bounded:S': so too, but no worker is more than S mini-batches ahead of the slowest. 'sync': those of all workers \
      are averaged; 'sync:B': those that come first of all but B workers (default: async).
      """)
  var consistency: String?

  @Option(
    help: """
      How weights travel to workers: 'float32', 'bfloat16' or 'float16'. The servers keep them as float32; two bytes \
      each halve the way out, and cost no accuracy that can be told (default: float32).
      """)
  var weightsAs: String?

  @Option(
    help: """
      How gradients travel to servers: as weights do, or, for slow networks, 'one-bit', or 'top:0.01', the largest \
      hundredth of each chunk. These two keep what they leave out for later mini-batches; Adam learns more slowly with \
      'top' (default: float32).
      """)
  var gradientsAs: String?

  @Option(help: "Global steps between two checkpoints (default: by time only).")
  var checkpointSteps: Int?

  @Option(help: "Seconds between two checkpoints; 0 for none by time (default: 300).")
  var checkpointSeconds: Double?

  @Option(help: "How many of the newest checkpoints are kept (default: 5).")
  var keep: Int?

  @Option(
    help: """
      Where checkpoints are kept: s3://BUCKET/PREFIX, of this run alone, with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY \
      and AWS_REGION or AWS_ENDPOINT_URL in the environment of every server (default: the run's folder).
      """)
  var checkpointsIn: String?

  @Flag(
    inversion: .prefixedNo,
    help: """
      Have a process beside the workers score the validation part at each checkpoint (loss, mAP, AUC, d-prime), and keep \
      the checkpoint of the highest mAP beside the newest (default: no).
      """)
  var evaluate: Bool?

  @Option(help: "How many clips of the validation part are scored: always the same (default: 1000).")
  var evaluationClips: Int?

  @Option(
    help: "End the run when so many results in a row had no higher mAP than the best; 0 for never (default: 0).")
  var earlyStopping: Int?

  @Option(
    help: """
      What is made smaller: 'cross-entropy', or 'focal:GAMMA:ALPHA', in which what is as good as certain counts for little, \
      and what is there for ALPHA of it; without ALPHA both as they are. 'focal' is 'focal:2' (default: cross-entropy).
      """)
  var loss: String?

  @Option(
    help: """
      How patches are drawn: 'uniform', from all of them, each once in an epoch; 'balanced', each class equally often, the \
      rare ones as well (default: uniform).
      """)
  var sampling: String?

  @Option(
    help: """
      What is done to each mini-batch, so that patches are not learnt by heart: 'mixup' mixes pairs of examples and of \
      their labels, 'spec-augment' hides stripes of time and frequency; 'mixup,spec-augment' is both (default: none).
      """)
  var augment: String?

  @Option(
    help: """
      Begin with the weights of another run (its newest good checkpoint), of a checkpoint's folder or of a safetensors \
      file, where names and shapes agree: what has others, as the output layer for other labels, begins anew.
      """)
  var initialiseFrom: String?

  @Option(help: "Decides the first weights and the order of the data (default: 0).")
  var seed: UInt64?

  func validate(isResuming: Bool) throws {
    let positive = [
      ("--servers", servers), ("--lanes", lanes), ("--workers", workers), ("--steps", steps), ("--batch", batch),
      ("--keep", keep), ("--evaluation-clips", evaluationClips),
    ]
    for (name, value) in positive {
      let most =
        ["--servers", "--workers"].contains(name) ? RunSettings.mostWorkers : name == "--lanes" ? 64 : Int(Int32.max)
      if let value, !(1...most).contains(value) {
        throw ValidationError("\(name) must be in 1...\(most), it is \(value).")
      }
    }
    if let epochs, !(epochs > 0 && epochs < 1e6) {
      throw ValidationError("--epochs must be positive, it is \(epochs).")
    }
    guard steps == nil || epochs == nil else { throw ValidationError("expected either --steps or --epochs, not both.") }
    if let checkpointSteps, !(0...Int(Int32.max)).contains(checkpointSteps) {
      throw ValidationError("--checkpoint-steps must be in 0...\(Int32.max), it is \(checkpointSteps).")
    }
    if let checkpointSeconds, !(0...1e9).contains(checkpointSeconds) {
      throw ValidationError("--checkpoint-seconds must be in 0...1e9, it is \(checkpointSeconds).")
    }
    if let warmStart, !(0...Int(Int32.max)).contains(warmStart) {
      throw ValidationError("--warm-start must be in 0...\(Int32.max), it is \(warmStart).")
    }
    if let earlyStopping, !(0...Int(Int32.max)).contains(earlyStopping) {
      throw ValidationError("--early-stopping must be in 0...\(Int32.max), it is \(earlyStopping).")
    }
    guard isResuming else {
      if model == nil { throw ValidationError("a new run needs --model: \(ModelSpecification.forms).") }
      if data == nil { throw ValidationError("a new run needs --data, a folder that 'antiphon prepare' made.") }
      return
    }
    let fixed = [
      ("--model", model != nil), ("--seed", seed != nil), ("--consistency", consistency != nil),
      ("--optimizer", optimizer != nil), ("--checkpoints-in", checkpointsIn != nil),
      ("--initialise-from", initialiseFrom != nil),
    ]
    for (name, isGiven) in fixed where isGiven {
      throw ValidationError("\(name) cannot be changed when a run is resumed.")
    }
  }

  /// Whether nothing is set.
  var isEmpty: Bool {
    let given: [Any?] = [
      model, data, servers, lanes, replicas, workers, steps, epochs, batch, optimizer, learningRate, consistency,
      weightsAs, gradientsAs, checkpointSteps, checkpointSeconds, keep, checkpointsIn, seed,
      evaluate, evaluationClips, earlyStopping, warmStart,
      initialiseFrom, loss, sampling, augment,
    ]
    return given.allSatisfy { $0 == nil }
  }

  /// The settings of a new run.
  func newRun() throws -> RunSettings {
    let specification = try ModelSpecification(parsing: model!)
    let dataset = try Dataset(opening: absolute(data!), for: specification)
    let training = dataset.shards(of: .train)
    let examples = dataset.examples(of: .train)
    guard examples > 0 else {
      throw SettingsError("expected patches to train on, \(data!) has none in its training part")
    }
    let batch = batch ?? 128
    let workers = workers ?? 1
    let settings = RunSettings(
      run: UInt64.random(in: 1 ... .max), model: specification.description,
      classes: dataset.description.classes, vocabularyDigest: dataset.description.vocabularyDigest,
      patchOrigin: dataset.description.patchOrigin, dataset: dataset.folder, trainingShards: training.count,
      seed: seed ?? 0,
      initialValues: try initialiseFrom.map { try StartingWeights.source(absolute($0)) }, batch: batch,
      steps: steps ?? Self.steps(epochs: epochs ?? 10, examples: examples, batch: batch),
      learningRate: try LearningRateSchedule(parsing: learningRate ?? "1e-3"), warmStartSteps: warmStart ?? 0,
      optimizer: try OptimizerSetting(parsing: optimizer ?? "adam"),
      consistency: try Consistency(parsing: consistency ?? "async", workers: workers),
      loss: try Loss(parsing: loss ?? "cross-entropy"), sampling: try Sampling(parsing: sampling ?? "uniform"),
      augmentations: try Augmentation.list(parsing: augment ?? "none"),
      checkpoints: checkpoints(CheckpointPolicy()), evaluation: try evaluation(nil, of: dataset), servers: servers ?? 1,
      lanes: lanes ?? 1,
      replicas: replicas ?? 0, workers: workers,
      weightFormat: try weightFormat() ?? .float32, gradientFormat: try gradientFormat() ?? .each(.float32))
    try settings.checkServers(of: Manifest(of: settings))
    try checkWarmStart(of: settings)
    try checkAugmentations(of: settings, dataset)
    return settings
  }

  /// The settings of a run that goes on.
  func changing(_ old: RunSettings) throws -> RunSettings {
    var settings = old
    let specification = try ModelSpecification(parsing: old.model)
    func dataset() throws -> Dataset { try Dataset(opening: data.map(absolute) ?? old.dataset, for: specification) }
    if data != nil {
      let dataset = try dataset()
      try old.check(dataset)
      settings.dataset = dataset.folder
      settings.trainingShards = dataset.shards(of: .train).count
    } else if let dataset = try? dataset() {  // it may be where the workers are, and not here
      try old.check(dataset)
    }
    settings.batch = batch ?? old.batch
    if let epochs {
      settings.steps = try Self.steps(epochs: epochs, examples: dataset().examples(of: .train), batch: settings.batch)
    }
    settings.steps = steps ?? settings.steps
    if let learningRate { settings.learningRate = try LearningRateSchedule(parsing: learningRate) }
    if let loss { settings.loss = try Loss(parsing: loss) }
    if let sampling { settings.sampling = try Sampling(parsing: sampling) }
    if let augment {
      settings.augmentations = try Augmentation.list(parsing: augment)
      try checkAugmentations(of: settings, dataset())
    }
    settings.warmStartSteps = warmStart ?? old.warmStartSteps
    try checkWarmStart(of: settings)
    settings.checkpoints = checkpoints(old.checkpoints)
    settings.evaluation = try evaluation(old.evaluation, of: dataset())
    settings.servers = servers ?? old.servers
    settings.lanes = lanes ?? old.lanes
    settings.replicas = replicas ?? old.replicas
    try settings.checkServers(of: Manifest(of: settings))
    settings.workers = workers ?? old.workers
    settings.weightFormat = try weightFormat() ?? old.weightFormat
    settings.gradientFormat = try gradientFormat() ?? old.gradientFormat
    let fewest = settings.consistency.fewestWorkers
    guard settings.workers >= fewest else {
      throw SettingsError(
        "this '\(settings.consistency)' run needs \(fewest) workers, --workers is \(settings.workers)")
    }
    return settings
  }
}
