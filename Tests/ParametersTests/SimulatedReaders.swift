import Parameters
import Tensors

/// Workers that read leased shards in a random order of events: answers are lost, workers join, leave and die.
struct SimulatedReaders {
  private struct Reader {
    let incarnation: UInt64
    var holding: [Lease] = []
    var read: [Lease] = []
  }

  let shards: Int
  private(set) var coordinator: Coordinator
  /// How often each lease was read to its end.
  private(set) var reads: [Lease: Int] = [:]
  private let deadliness: Float
  private let settings: RunSettings
  private var generator: SeededGenerator
  private var readers: [Reader] = []
  private var now = 0.0
  private var generation: UInt32 = 1

  /// - Parameter deadliness: How likely it is that an event is a worker's death.
  init(seed: UInt64, shards: Int, deadliness: Float) {
    self.shards = shards
    self.deadliness = deadliness
    settings = .sample(steps: 1_000_000, shards: shards)
    coordinator = Coordinator(settings)
    generator = SeededGenerator(seed: seed)
    for _ in 0..<3 { join() }
  }

  mutating func run(events: Int) {
    for _ in 0..<events {
      if readers.isEmpty { join() }
      let index = Int.random(in: readers.indices, using: &generator)
      switch generator.uniform() {
      case ..<deadliness: readers.remove(at: index)
      case ..<(deadliness + 0.03): leave(index)
      case ..<(deadliness + 0.08): join()
      case ..<(deadliness + 0.5): ask(index)
      case ..<(deadliness + 0.6): passTime()
      default: finishOne(of: index)
      }
    }
  }

  /// A server 0 that knows what was saved takes the place of this one; the workers go on.
  mutating func restore(_ saved: Coordinator.Saved) {
    coordinator = Coordinator(settings, restoring: saved)
    generation += 1
  }

  /// Reads on, without deaths, until all of some epoch is read.
  mutating func readToTheEnd(ofEpoch last: Int) {
    for _ in 0..<3 { join() }
    for _ in 0..<12 { passTime() }  // the dead are dropped
    // Those given back come first, so when a further epoch has begun none of the others waits any more.
    let further = max(last, coordinator.epoch)
    while coordinator.epoch <= further || readers.contains(where: { $0.holding.contains { $0.epoch <= last } }) {
      for index in readers.indices {
        ask(index)
        finishOne(of: index)
      }
    }
  }

  private mutating func join() {
    readers.append(Reader(incarnation: coordinator.admit(index: 0, process: 1, generation: generation, at: now)))
  }

  private mutating func leave(_ index: Int) {
    let reader = readers.remove(at: index)
    coordinator.leave(reader.incarnation, read: reader.read)
  }

  /// Asks for a lease, three times if two answers are lost.
  private mutating func ask(_ index: Int) {
    let reader = readers[index]
    guard reader.holding.count < 3 else { return }
    var lease: Lease
    repeat {
      lease = coordinator.lease(reader.incarnation, holding: reader.holding, read: reader.read, at: now)
    } while generator.uniform() < 0.3
    readers[index].read = []
    readers[index].holding.append(lease)
  }

  private mutating func finishOne(of index: Int) {
    guard let lease = readers[index].holding.randomElement(using: &generator) else { return }
    readers[index].holding.removeAll { $0 == lease }
    readers[index].read.append(lease)
    reads[lease, default: 0] += 1
  }

  /// A second, in which all who live say so.
  private mutating func passTime() {
    now += 1
    for reader in readers { _ = coordinator.report(reader.incarnation, index: 0, process: 1, at: now) }
    _ = coordinator.dropSilent(at: now)
  }
}
