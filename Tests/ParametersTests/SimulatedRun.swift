import Parameters
import Tensors

/// A coordinator, a store and workers that pull, compute and push like the worker's loop, in a random order of events.
///
/// Workers die, or are silent for so long that the others go on without them, and come back.
struct SimulatedRun {
  private struct Worker {
    let incarnation: UInt64
    var clock: UInt64 = 0
    /// The version of each chunk's values as they came last.
    var versions: [Int]
    /// In `sync`, the step to which its gradients belong.
    var step = 0
    var alignment = StepAlignment()
    var isAligned = false
    /// In `bounded`, what was on all servers when the reading of the values began.
    var leastClock: UInt64 = 0
    var unpulled: [Int]
    /// Chunks whose gradient is still to be sent, and those that were not yet answered.
    var unsent: [Int] = []
    var unanswered: [Int] = []
    var isComputing = false
    var completed: Coordinator.Completion?
    var instruction: Coordinator.Instruction?
    var hasLeft = false
    var silentUntil = 0.0
  }

  private(set) var coordinator: Coordinator
  private(set) var store: ParameterStore
  private(set) var history: UpdateHistory
  /// Mini-batches that were begun.
  private(set) var begun = 0
  /// Workers that had no answer to a push when the run was over and nobody was left to push; they hear that from their
  /// heartbeat, and leave.
  private(set) var abandoned = 0
  private(set) var deaths = 0
  private(set) var absences = 0
  private let consistency: Consistency
  private let deadliness: Float
  /// How likely it is that an event is that a worker is not heard for a while.
  var absence: Float = 0
  /// Then nobody dies any more: a death would also free those who wait for the dead.
  private let mostDeaths: Int
  private var workers: [Worker] = []
  private var generator: SeededGenerator
  private var now = 0.0

  /// - Parameter deadliness: How likely it is that an event is a worker's death; another one takes its place.
  init(_ settings: RunSettings, chunks: Int, workers count: Int, seed: UInt64, deadliness: Float) {
    coordinator = Coordinator(settings)
    consistency = settings.consistency
    store = ParameterStore(summing: .small(chunks), settings.consistency)
    history = UpdateHistory(chunks: chunks)
    generator = SeededGenerator(seed: seed)
    self.deadliness = deadliness
    mostDeaths = Int.random(in: 1...6, using: &generator)
    for _ in 0..<count { join() }
  }

  /// - Returns: Whether the run came to its end within so many events.
  mutating func run(events: Int) -> Bool {
    for event in 0..<events {
      let present = workers.indices.filter { !workers[$0].hasLeft }
      guard !present.isEmpty else { return true }
      if event % 20 == 0 { passTime() }
      guard let index = present.filter({ workers[$0].silentUntil <= now }).randomElement(using: &generator) else {
        passTime()
        continue
      }
      if coordinator.isFinished, present.allSatisfy({ isBlocked($0) }) {
        abandoned = present.count
        return true
      }
      if !coordinator.isFinished, deaths < mostDeaths, generator.uniform() < deadliness {
        deaths += 1
        workers[index].hasLeft = true
        join()
      } else if !coordinator.isFinished, generator.uniform() < absence {
        absences += 1
        history.excuse(workers[index].incarnation)
        workers[index].silentUntil = now + 13
      } else {
        act(index)
      }
    }
    return false
  }

  mutating func join() {
    let incarnation = coordinator.admit(index: workers.count, process: 1, generation: 1, at: now)
    let chunks = store.owned.count
    workers.append(
      Worker(incarnation: incarnation, versions: [Int](repeating: 0, count: chunks), unpulled: Array(0..<chunks)))
  }

  /// Whether a worker can only wait for an answer to its last push.
  private func isBlocked(_ index: Int) -> Bool {
    let worker = workers[index]
    return worker.silentUntil <= now && worker.unpulled.isEmpty && worker.unsent.isEmpty && !worker.unanswered.isEmpty
      && (worker.instruction != nil || consistency.countsWhatIsAnswered)
      && worker.unanswered.allSatisfy { !isAnswered(index, $0) }
  }

  private func name(_ worker: Worker) -> ChunkState.Applied {
    ChunkState.Applied(incarnation: worker.incarnation, clock: worker.clock)
  }

  private func isAnswered(_ index: Int, _ chunk: Int) -> Bool { store[chunk].contains(name(workers[index])) }

  private mutating func read(_ chunk: Int, by index: Int) {
    workers[index].versions[chunk] = store[chunk].version
    history.noteReading(of: chunk, by: workers[index].incarnation)
  }

  /// One event of a worker: a message that arrives, in whichever order servers see them.
  private mutating func act(_ index: Int) {
    let mustBeAnswered = consistency.countsWhatIsAnswered
    if let chunk = workers[index].unpulled.randomElement(using: &generator) {
      workers[index].unpulled.removeAll { $0 == chunk }
      read(chunk, by: index)
    } else if let chunk = workers[index].unsent.randomElement(using: &generator) {
      push(chunk, by: index)
    } else if let chunk = workers[index].unanswered.first(where: { isAnswered(index, $0) }),
      mustBeAnswered || Bool.random(using: &generator)
    {
      workers[index].unanswered.removeAll { $0 == chunk }
      read(chunk, by: index)
    } else if !mustBeAnswered || workers[index].unanswered.isEmpty {
      if consistency.isSync, !workers[index].isAligned { align(index) } else { advance(index) }
    }
  }

  private mutating func push(_ chunk: Int, by index: Int) {
    let worker = workers[index]
    let outcome = store.push(
      1, worker: worker.incarnation, clock: worker.clock, chunk: chunk,
      basedOn: consistency.isSync ? worker.step : worker.versions[chunk])
    history.note(outcome, of: name(worker), chunk: chunk)
    workers[index].unsent.removeAll { $0 == chunk }
    workers[index].unanswered.append(chunk)
  }

  private mutating func align(_ index: Int) {
    let asked = workers[index].alignment.chunksToAskFor(workers[index].versions.map(UInt64.init))
    workers[index].unpulled = asked
    workers[index].isAligned = asked.isEmpty
    workers[index].step = workers[index].versions.min() ?? 0
  }

  private mutating func advance(_ index: Int) {
    let worker = workers[index]
    guard let instruction = worker.instruction else {
      let directive = coordinator.advance(
        worker.incarnation, weights: worker.step, completed: worker.completed, at: now)
      workers[index].instruction = coordinator.instruction(directive, for: worker.incarnation)
      return
    }
    switch instruction.directive {
    case .proceed:
      guard worker.unanswered.isEmpty else { return }
      begin(index, instruction)
    case .wait: workers[index].instruction = nil
    case .tellSampler:
      coordinator.take("here", of: worker.incarnation, at: now)
      workers[index].instruction = nil
    case .finish:
      guard worker.unanswered.isEmpty else { return }
      coordinator.leave(worker.incarnation)
      workers[index].hasLeft = true
    }
  }

  private mutating func begin(_ index: Int, _ instruction: Coordinator.Instruction) {
    let clock = max(workers[index].clock + 1, instruction.clock)
    if consistency.areTooOld(readAt: workers[index].leastClock, forClock: clock) {
      // What was read anew is in the values when they are computed with.
      for chunk in store.owned { read(chunk, by: index) }
    }
    workers[index].leastClock = instruction.leastClock
    begun += 1
    workers[index].clock = clock
    workers[index].completed = Coordinator.Completion(clock: clock, basedOnStep: 0, examples: 1, loss: 0)
    workers[index].unsent = Array(store.owned)
    workers[index].isAligned = false
    workers[index].instruction = nil
    history.noteComputing(name(workers[index]), versions: workers[index].versions)
  }

  /// A second, in which all who live say so.
  private mutating func passTime() {
    now += 1
    for worker in workers where !worker.hasLeft && worker.silentUntil <= now {
      _ = coordinator.report(worker.incarnation, index: 0, process: 1, at: now)
    }
    for dropped in coordinator.dropSilent(at: now) { _ = dropped }
  }
}
