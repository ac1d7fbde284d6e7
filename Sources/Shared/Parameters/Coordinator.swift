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
    /// Ask again: the mini-batches that others compute may be the last ones, or as many as make an update.
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
    /// The last mini-batch of each worker that is in `completions`.
    public var counted: [ChunkState.Applied]
  }

  public struct Worker: Sendable {
    public fileprivate(set) var index: Int
    public fileprivate(set) var process: Int
    public var lastHeard: Double
    public var leases: Set<Lease> = []
    /// Whether it was told to compute a mini-batch that it has not completed.
    public var isComputing = false
    /// Whether it has ever been told to compute.
    fileprivate var takesPart = false
    /// How many mini-batches it has completed.
    fileprivate var completed = 0
  }

  private let settings: RunSettings
  private let silence: Double
  private var shards: ShuffledShards
  private var joined: UInt32 = 0
  private var completions = 0
  /// The last clock of each worker that is in `completions`, also of those who are gone: one that was silent for too long
  /// may come back, and tell again what was counted.
  private var counted: [UInt64: UInt64] = [:]
  /// Whether gradients may have been applied of mini-batches that were not counted, or counted that were dropped.
  private var isCountLoose = false

  /// Those who took leave: a sign of life that was on its way then does not bring them back.
  private var gone: Set<UInt64> = []

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
    isCountLoose = saved != nil
    for last in saved?.counted ?? [] { counted[last.incarnation] = last.clock }
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
    let counted = counted.sorted { $0.key < $1.key }.map { ChunkState.Applied(incarnation: $0.key, clock: $0.value) }
    return Saved(completions: completions, examples: examples, shards: shards, held: held, counted: counted)
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
    if let completed, !knows(completed, of: incarnation) {
      counted[incarnation] = completed.clock
      workers[incarnation]!.isComputing = false
      workers[incarnation]!.completed += 1
      completions += 1
      examples += completed.examples
    }
    if isFinished { return .finish }
    if workers[incarnation]!.isComputing { return .proceed }  // its answer was lost
    guard hasPlace(for: workers[incarnation]!) else { return .wait }
    workers[incarnation]!.isComputing = true
    workers[incarnation]!.takesPart = true
    return .proceed
  }

  /// Whether a completion was counted before.
  public func knows(_ completed: Completion, of incarnation: UInt64) -> Bool {
    (counted[incarnation] ?? 0) >= completed.clock
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
    guard !gone.contains(incarnation) else { return .finish }
    hear(incarnation, at: now)
    workers[incarnation]!.index = index
    workers[incarnation]!.process = process
    return isFinished ? .finish : .proceed
  }

  /// Lets a worker go: what it did not read is read by another.
  public mutating func leave(_ incarnation: UInt64, read: [Lease] = []) {
    gone.insert(incarnation)
    drop(incarnation, read: read)
  }

  private mutating func drop(_ incarnation: UInt64, read: [Lease] = []) {
    guard let worker = workers.removeValue(forKey: incarnation) else { return }
    if worker.takesPart { isCountLoose = true }
    for lease in worker.leases.subtracting(read) { shards.giveBack(lease) }
  }

  /// Takes the leases of those who have been silent for too long.
  ///
  /// - Returns: Who they were.
  public mutating func dropSilent(at now: Double) -> [Worker] {
    let silent = workers.filter { now - $0.value.lastHeard > silence }
    for incarnation in silent.keys { drop(incarnation) }
    return Array(silent.values)
  }

  public mutating func stop() { isStopping = true }

  /// Whether a worker may compute another mini-batch now.
  ///
  /// In `sync` only as many take part as make one update, since the gradient of another one would be dropped: who joins
  /// beyond them replaces one that is lost. None is two ahead of another: the last mini-batch would go to the one who
  /// waits for the other's gradient. But when one was lost, the last update may need a mini-batch more than are counted:
  /// rather too many are computed than that one is awaited for ever.
  private func hasPlace(for worker: Worker) -> Bool {
    let computing = workers.values.filter(\.isComputing)
    let isWithinTarget = completions + computing.count < target
    switch settings.consistency {
    case .async: return isWithinTarget
    case .sync(let places):
      guard worker.takesPart || workers.values.count(where: \.takesPart) < places else { return false }
      return isCountLoose || isWithinTarget && computing.allSatisfy { worker.completed < $0.completed + 2 }
    }
  }

  /// Notes a sign of life. A worker that joined a server 0 that has since been replaced is taken up as it is.
  private mutating func hear(_ incarnation: UInt64, at now: Double) {
    workers[incarnation, default: Worker(index: 0, process: 0, lastHeard: now)].lastHeard = now
  }
}
