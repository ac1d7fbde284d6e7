import Parameters
import Tensors

/// A coordinator, a store and workers that pull, compute and push like the worker's loop, in a random order of events.
struct SimulatedRun {
  private struct Worker {
    let incarnation: UInt64
    var clock: UInt64 = 0
    /// The version of each chunk's values as they came last.
    var versions: [Int]
    var unpulled: [Int]
    /// Chunks whose gradient is still to be sent, and those that were not yet answered.
    var unsent: [Int] = []
    var unanswered: [Int] = []
    var isComputing = false
    var directive: Coordinator.Directive?
    var hasLeft = false
  }

  private(set) var coordinator: Coordinator
  private(set) var store: ParameterStore
  /// Mini-batches that were begun.
  private(set) var begun = 0
  /// Workers that had no answer to a push when the run was over and nobody was left to push; they hear that from their
  /// heartbeat, and leave.
  private(set) var abandoned = 0
  private(set) var deaths = 0
  private let deadliness: Float
  /// Then nobody dies any more: a death would also free those who wait for the dead.
  private let mostDeaths: Int
  private var workers: [Worker] = []
  private var generator: SeededGenerator
  private var now = 0.0

  /// - Parameter deadliness: How likely it is that an event is a worker's death; another one takes its place.
  init(_ settings: RunSettings, chunks: Int, workers count: Int, seed: UInt64, deadliness: Float) {
    coordinator = Coordinator(settings)
    store = ParameterStore(summing: .small(chunks), settings.consistency)
    generator = SeededGenerator(seed: seed)
    self.deadliness = deadliness
    mostDeaths = Int.random(in: 1...6, using: &generator)
    for _ in 0..<count { join() }
  }

  /// - Returns: Whether the run came to its end within so many events.
  mutating func run(events: Int) -> Bool {
    for event in 0..<events {
      let waiting = workers.indices.filter { !workers[$0].hasLeft }
      guard let index = waiting.randomElement(using: &generator) else { return true }
      if event % 20 == 0 { passTime() }
      if coordinator.isFinished, waiting.allSatisfy({ isBlocked($0) }) {
        abandoned = waiting.count
        return true
      }
      if !coordinator.isFinished, deaths < mostDeaths, generator.uniform() < deadliness {
        deaths += 1
        workers[index].hasLeft = true
        join()
      } else {
        act(index)
      }
    }
    return false
  }

  private mutating func join() {
    let incarnation = coordinator.admit(index: 0, process: 1, generation: 1, at: now)
    let chunks = store.owned.count
    workers.append(
      Worker(incarnation: incarnation, versions: [Int](repeating: 0, count: chunks), unpulled: Array(0..<chunks)))
  }

  /// Whether a worker can only wait for an answer to its last push.
  private func isBlocked(_ index: Int) -> Bool {
    let worker = workers[index]
    return (worker.directive == .proceed || worker.directive == .finish) && worker.unsent.isEmpty
      && !worker.unanswered.isEmpty
      && worker.unanswered.allSatisfy { !isAnswered(index, $0) }
  }

  private func name(_ worker: Worker) -> ChunkState.Applied {
    ChunkState.Applied(incarnation: worker.incarnation, clock: worker.clock)
  }

  private func isAnswered(_ index: Int, _ chunk: Int) -> Bool { store[chunk].contains(name(workers[index])) }

  /// One event of a worker: a message that arrives, in whichever order servers see them.
  private mutating func act(_ index: Int) {
    if let chunk = workers[index].unpulled.randomElement(using: &generator) {
      workers[index].unpulled.removeAll { $0 == chunk }
      workers[index].versions[chunk] = store[chunk].version
    } else if let chunk = workers[index].unsent.randomElement(using: &generator) {
      _ = store.push(
        1, worker: workers[index].incarnation, clock: workers[index].clock, chunk: chunk,
        basedOn: workers[index].versions[chunk])
      workers[index].unsent.removeAll { $0 == chunk }
      workers[index].unanswered.append(chunk)
    } else if let chunk = workers[index].unanswered.first(where: { isAnswered(index, $0) }),
      Bool.random(using: &generator)
    {
      workers[index].unanswered.removeAll { $0 == chunk }
      workers[index].versions[chunk] = store[chunk].version
    } else {
      advance(index)
    }
  }

  private mutating func advance(_ index: Int) {
    let worker = workers[index]
    switch worker.directive {
    case nil:
      let completed = Coordinator.Completion(clock: worker.clock, basedOnStep: 0, examples: 1, loss: 0)
      workers[index].directive = coordinator.advance(
        worker.incarnation, completed: worker.isComputing ? completed : nil, at: now)
      workers[index].isComputing = false
    case .wait:
      workers[index].directive = nil
    case .proceed:
      guard worker.unanswered.isEmpty else { return }
      begun += 1
      workers[index].clock += 1
      workers[index].unsent = Array(store.owned)
      workers[index].isComputing = true
      workers[index].directive = nil
    case .finish:
      guard worker.unanswered.isEmpty else { return }
      coordinator.leave(worker.incarnation)
      workers[index].hasLeft = true
    }
  }

  /// A second, in which all who live say so.
  private mutating func passTime() {
    now += 1
    for worker in workers where !worker.hasLeft {
      _ = coordinator.report(worker.incarnation, index: 0, process: 1, at: now)
    }
    _ = coordinator.dropSilent(at: now)
  }
}
