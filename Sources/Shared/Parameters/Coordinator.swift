/// What server 0 knows of a run beyond its parameters: who takes part, who reads what, and how far the run is.
///
/// A plain value: the time is handed in, in seconds of any clock that only goes forward.
public struct Coordinator: Sendable {
  /// A mini-batch whose gradients a worker has sent.
  public struct Completion: Equatable, Sendable {
    /// The worker's count of its own mini-batches, from 1.
    public let clock: UInt64
    /// The global step that the worker knew when it began.
    public let basedOnStep: Int
    public let examples: Int
    public let loss: Float

    public init(clock: UInt64, basedOnStep: Int, examples: Int, loss: Float) {
      self.clock = clock
      self.basedOnStep = basedOnStep
      self.examples = examples
      self.loss = loss
    }
  }

  /// What a worker is to do next.
  public enum Directive: UInt8, Sendable {
    /// Compute another mini-batch.
    case proceed
    /// Ask again: the mini-batches that others compute may be the last ones.
    case wait
    /// Leave: the run has its steps, or was told to stop.
    case finish
  }

  /// What a checkpoint keeps.
  public struct Saved: Codable, Equatable, Sendable {
    public var completions: Int
    public var examples: Int
    public var shards: ShuffledShards
    /// The leases that workers held.
    public var held: [Lease]
  }

  public struct Worker: Sendable {
    public fileprivate(set) var index: Int
    public fileprivate(set) var process: Int
    public var lastHeard: Double
    public var clock: UInt64 = 0
    public var leases: Set<Lease> = []
    /// Whether it was told to compute a mini-batch that it has not completed.
    public var isComputing = false
  }

  private let settings: RunSettings
  private let silence: Double
  private var shards: ShuffledShards
  private var joined: UInt32 = 0
  private var completions = 0

  public private(set) var workers: [UInt64: Worker] = [:]
  /// Patches in all completed mini-batches.
  public private(set) var examples = 0
  /// Whether somebody asked for the end of the run.
  public private(set) var isStopping = false
  /// How many workers there should be, for those who start them.
  public var desiredWorkers: Int

  /// - Parameter silence: The seconds after which a worker that says nothing has lost its leases.
  public init(_ settings: RunSettings, restoring saved: Saved? = nil, silence: Double = 10) {
    self.settings = settings
    self.silence = silence
    desiredWorkers = settings.workers
    shards = saved?.shards ?? ShuffledShards(shards: settings.trainingShards, seed: settings.seed)
    completions = saved?.completions ?? 0
    examples = saved?.examples ?? 0
    for lease in (saved?.held ?? []).reversed() { shards.giveBack(lease) }
  }

  /// The global step: updates that are complete.
  public var step: Int { completions / settings.consistency.gradientsPerUpdate }
  public var epoch: Int { shards.epoch }

  /// Whether no further mini-batch will be computed.
  public var isFinished: Bool { isStopping || completions >= target }

  private var target: Int { settings.steps * settings.consistency.gradientsPerUpdate }

  public var saved: Saved {
    let held = workers.values.flatMap(\.leases).sorted { ($0.epoch, $0.shard) < ($1.epoch, $1.shard) }
    return Saved(completions: completions, examples: examples, shards: shards, held: held)
  }

  /// Lets a worker join.
  ///
  /// - Parameters:
  ///   - generation: The server's own; with it no incarnation is ever given twice in a run.
  ///   - process: The worker's process id, to be shown.
  /// - Returns: The worker's incarnation.
  public mutating func admit(index: Int, process: Int, generation: UInt32, at now: Double) -> UInt64 {
    joined += 1
    let incarnation = UInt64(generation) << 32 | UInt64(joined)
    workers[incarnation] = Worker(index: index, process: process, lastHeard: now)
    return incarnation
  }

  /// Counts a completed mini-batch, once however often it is told, and says what the worker is to do next.
  public mutating func advance(_ incarnation: UInt64, completed: Completion?, at now: Double) -> Directive {
    hear(incarnation, at: now)
    if let completed, workers[incarnation]!.clock < completed.clock {
      workers[incarnation]!.clock = completed.clock
      workers[incarnation]!.isComputing = false
      completions += 1
      examples += completed.examples
    }
    if isFinished { return .finish }
    if workers[incarnation]!.isComputing { return .proceed }  // its answer was lost
    let computing = workers.values.count(where: \.isComputing)
    guard completions + computing < target else { return .wait }
    workers[incarnation]!.isComputing = true
    return .proceed
  }

  /// Whether a completion was counted before.
  public func knows(_ completed: Completion, of incarnation: UInt64) -> Bool {
    (workers[incarnation]?.clock ?? 0) >= completed.clock
  }

  /// Takes back the leases that a worker has read, and gives it another.
  ///
  /// A worker that did not hear the answer asks again, and is given the lease that it was given then.
  ///
  /// - Parameters:
  ///   - holding: What the worker is reading.
  ///   - read: What it has read to the end; it may tell so more than once.
  public mutating func lease(_ incarnation: UInt64, holding: [Lease], read: [Lease], at now: Double) -> Lease {
    hear(incarnation, at: now)
    workers[incarnation]!.leases.subtract(read)
    for lease in holding where shards.take(lease) { workers[incarnation]!.leases.insert(lease) }
    let unheard = workers[incarnation]!.leases.subtracting(holding)
    let lease = unheard.min { ($0.epoch, $0.shard) < ($1.epoch, $1.shard) } ?? shards.next()
    workers[incarnation]!.leases.insert(lease)
    return lease
  }

  /// Hears that a worker lives.
  public mutating func report(_ incarnation: UInt64, index: Int, process: Int, at now: Double) -> Directive {
    hear(incarnation, at: now)
    workers[incarnation]!.index = index
    workers[incarnation]!.process = process
    return isFinished ? .finish : .proceed
  }

  /// Lets a worker go: what it did not read is read by another.
  public mutating func leave(_ incarnation: UInt64, read: [Lease] = []) {
    guard let worker = workers.removeValue(forKey: incarnation) else { return }
    for lease in worker.leases.subtracting(read) { shards.giveBack(lease) }
  }

  /// Takes the leases of those who have been silent for too long.
  ///
  /// - Returns: Who they were.
  public mutating func dropSilent(at now: Double) -> [Worker] {
    let silent = workers.filter { now - $0.value.lastHeard > silence }
    for incarnation in silent.keys { leave(incarnation) }
    return Array(silent.values)
  }

  public mutating func stop() { isStopping = true }

  /// Notes a sign of life. A worker that joined a server 0 that has since been replaced is taken up as it is.
  private mutating func hear(_ incarnation: UInt64, at now: Double) {
    workers[incarnation, default: Worker(index: 0, process: 0, lastHeard: now)].lastHeard = now
  }
}
