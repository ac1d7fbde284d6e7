/// What server 0 knows of a run beyond its parameters: who takes part, who reads what, and how far the run is.
///
/// A plain value: the time is handed in, in seconds of any clock that only goes forward.
///
/// **Who joins.** In `async` everybody computes at once. In `bounded` a worker begins at the least clock of those who take
/// part, so nobody waits until it has caught up; so does one that was silent, was gone on without, and comes back. In
/// `sync` as many take part as the run has places; who joins beyond them stands by, and takes the place of one that is
/// lost. Its first mini-batch is of the step that is under way when it comes.
///
/// **Where it ends.** Nobody is told to compute more than the run lacks. In `async` a mini-batch that was under way when
/// server 0 was replaced, or when its worker was thought lost, is counted when it comes, since its gradients were applied:
/// such a run may end with one step more for each of them.
public struct Coordinator: Sendable {
  public struct Worker: Sendable {
    public internal(set) var index: Int
    public internal(set) var process: Int
    public var lastHeard: Double
    public var leases: Set<Lease> = []
    /// Whether it was told to compute a mini-batch that it has not completed.
    public var isComputing = false
    /// Where shards are dealt to it; `nil` until it is first told to compute: only then it takes part.
    var place: Int?
    /// Its last mini-batch that is complete, or that it began after.
    var clock: UInt64 = 0
    /// Whether it joined this very server 0, and not one that was replaced.
    var isAdmitted = false
    /// Where it is in its shards, if it has said so since its last mini-batch.
    var sampler: String?
  }

  /// No worker gets that far: a clock that is told beyond it is nonsense, and must not overflow.
  static let largestClock = UInt64(Int64.max)

  private(set) var settings: RunSettings
  private let silence: Double
  var shards: ShuffledShards
  private var joined: UInt32 = 0
  /// The last clock of each worker that is counted, also of the last of those who are gone: one that was silent for too
  /// long may come back, and tell again what was counted.
  var counted: [UInt64: UInt64] = [:]
  /// The highest clock that anybody was told to compute.
  var latestClock: UInt64 = 0
  /// Whether anybody was told to compute a mini-batch since the last step was made.
  var isStepUnderWay = false
  /// In `sync`, the step at which workers wait until a checkpoint is safe.
  var restingStep: Int?
  /// What those who left at such a step have still to read, by their index.
  var parked: [Int: Parked] = [:]

  /// Those who took leave: a sign of life that was on its way then does not bring them back.
  private var gone: Set<UInt64> = []
  /// Those who are not there any more, the last one last: as many as are remembered.
  private var departed: [UInt64] = []

  public internal(set) var workers: [UInt64: Worker] = [:]
  /// The global step: updates that are complete.
  public internal(set) var step = 0
  /// Patches in all mini-batches that were applied.
  public internal(set) var examples = 0
  /// Whether somebody asked for the end of the run.
  public private(set) var isStopping = false
  /// How many workers there should be, for those who start them.
  public var desiredWorkers: Int

  /// - Parameter silence: The seconds after which a worker that says nothing has lost its leases.
  public init(_ settings: RunSettings, restoring saved: Saved? = nil, silence: Double = 10) {
    self.settings = settings
    self.silence = silence
    desiredWorkers = settings.workers
    let places = settings.consistency.isSync ? settings.consistency.fewestWorkers : 1
    shards = saved?.shards ?? ShuffledShards(shards: settings.trainingShards, seed: settings.seed, places: places)
    shards.deal(to: places)
    guard let saved else { return }
    step = saved.completions / settings.consistency.gradientsPerUpdate
    examples = saved.examples
    for last in saved.counted {
      counted[last.incarnation] = min(last.clock, Self.largestClock)
      remember(departed: last.incarnation)
    }
    latestClock = counted.values.max() ?? 0
    for lease in saved.held.reversed() { shards.giveBack(lease) }
    for parked in saved.parked ?? [] { park(parked) }
  }

  public var epoch: Int { shards.epoch }

  /// Whether no further mini-batch will be computed, but for those that an update under way needs.
  public var isFinished: Bool { isStopping || step >= settings.steps }

  public var saved: Saved {
    let resting = isResting ? workers.values.filter { $0.sampler != nil } : []
    let moving = workers.values.filter { worker in !isResting || worker.sampler == nil }
    let parked = self.parked.values + resting.map { Parked($0) }
    return Saved(
      completions: step * settings.consistency.gradientsPerUpdate, examples: examples, shards: shards,
      held: moving.flatMap(\.leases).inOrder,
      counted: counted.sorted { $0.key < $1.key }.map { ChunkState.Applied(incarnation: $0.key, clock: $0.value) },
      parked: parked.sorted { $0.index < $1.index })
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
    workers[incarnation] = Worker(index: index, process: process, lastHeard: now, isAdmitted: true)
    return incarnation
  }

  /// Counts a completed mini-batch, once however often it is told, and says what the worker is to do next.
  ///
  /// - Parameter weights: In `sync`, the step of the weights that the worker has; elsewhere it does not matter.
  public mutating func advance(
    _ incarnation: UInt64, weights: Int = 0, completed: Completion?, at now: Double
  ) -> Directive {
    hear(incarnation, at: now)
    let worker = workers[incarnation]!
    if let completed {
      if !knows(completed, of: incarnation) { count(completed, of: incarnation, weights: weights) }
    } else if worker.isAdmitted, settings.consistency.isSync {
      reach(weights)
    }
    return directive(for: incarnation)
  }

  /// Whether a completion was counted before.
  public func knows(_ completed: Completion, of incarnation: UInt64) -> Bool {
    (counted[incarnation] ?? 0) >= min(completed.clock, Self.largestClock)
  }

  /// What goes with a directive.
  public func instruction(_ directive: Directive, for incarnation: UInt64) -> Instruction {
    Instruction(
      directive, step: step, clock: (workers[incarnation]?.clock ?? 0) + 1,
      leastClock: leastClock ?? latestClock)
  }

  /// Hears that a worker lives.
  public mutating func report(_ incarnation: UInt64, index: Int, process: Int, at now: Double) -> Directive {
    guard !gone.contains(incarnation) else { return .finish }
    hear(incarnation, at: now)
    workers[incarnation]!.index = index
    workers[incarnation]!.process = process
    return isOver ? .finish : .proceed
  }

  /// Lets a worker go: what it did not read is read by another.
  public mutating func leave(_ incarnation: UInt64, read: [Lease] = []) {
    gone.insert(incarnation)
    drop(incarnation, read: read)
  }

  /// Forgets those who departed long ago: a run that workers come to and leave for months must not grow by each.
  private mutating func remember(departed incarnation: UInt64) {
    departed.removeAll { $0 == incarnation }
    departed.append(incarnation)
    guard departed.count > ChunkState.longestMemory else { return }
    let oldest = departed.removeFirst()
    guard workers[oldest] == nil else { return }
    counted[oldest] = nil
    gone.remove(oldest)
  }

  private mutating func drop(_ incarnation: UInt64, read: [Lease] = []) {
    remember(departed: incarnation)
    guard let worker = workers.removeValue(forKey: incarnation) else { return }
    if isResting, worker.sampler != nil {
      return park(Parked(worker))
    }
    if worker.place != nil, !isOver { shards.dealNoMore() }
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

  /// Ends the run: in `sync` with the step that is under way, elsewhere with the mini-batches that are.
  public mutating func stop() {
    isStopping = true
    rest()
  }

  /// Ends the run as if no more steps had been asked for than there are: with the step that is under way in `sync`, elsewhere
  /// with the mini-batches that are.
  ///
  /// - Returns: The step at which it ends.
  public mutating func finish() -> Int {
    let last = settings.consistency.isSync && isStepUnderWay ? step + 1 : step
    settings.steps = min(settings.steps, last)
    return settings.steps
  }

  /// Notes a sign of life. A worker that joined a server 0 that has since been replaced is taken up as it is.
  mutating func hear(_ incarnation: UInt64, at now: Double) {
    if workers[incarnation] == nil {
      workers[incarnation] = Worker(index: 0, process: 0, lastHeard: now, clock: counted[incarnation] ?? 0)
    }
    workers[incarnation]!.lastHeard = now
  }
}

extension Sequence where Element == Lease {
  var inOrder: [Lease] { sorted { ($0.epoch, $0.shard) < ($1.epoch, $1.shard) } }
}
