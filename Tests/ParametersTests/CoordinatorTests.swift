import Foundation
import Parameters
import Testing

@Suite struct `The coordinator` {
  static func completion(_ clock: UInt64) -> Coordinator.Completion {
    Coordinator.Completion(clock: clock, basedOnStep: 0, examples: 4, loss: 1)
  }

  /// A coordinator with some workers, joined at time 0.
  static func started(_ settings: RunSettings, workers: Int) -> (Coordinator, [UInt64]) {
    var coordinator = Coordinator(settings)
    let incarnations = (0..<workers).map { coordinator.admit(index: $0, process: 1, generation: 1, at: 0) }
    return (coordinator, incarnations)
  }

  @Test func `lets no more mini-batches be computed than the run has, and all of those`() {
    var (coordinator, workers) = Self.started(.sample(steps: 2), workers: 3)
    let first = workers.map { coordinator.advance($0, completed: nil, at: 0) }
    #expect(first == [.proceed, .proceed, .wait])
    #expect(coordinator.advance(workers[0], completed: Self.completion(1), at: 0) == .wait)
    #expect(coordinator.advance(workers[2], completed: nil, at: 0) == .wait)
    #expect(!coordinator.isFinished)
    #expect(coordinator.advance(workers[1], completed: Self.completion(1), at: 0) == .finish)
    #expect(coordinator.advance(workers[2], completed: nil, at: 0) == .finish)
    #expect(coordinator.step == 2 && coordinator.examples == 8 && coordinator.isFinished)
  }

  @Test func `ends early with the mini-batches that are under way`() {
    var (coordinator, workers) = Self.started(.sample(steps: 100), workers: 2)
    for worker in workers { #expect(coordinator.advance(worker, completed: nil, at: 0) == .proceed) }
    #expect(coordinator.advance(workers[0], completed: Self.completion(1), at: 0) == .proceed)
    #expect(coordinator.finish() == 1)
    #expect(coordinator.isFinished && !coordinator.isStopping)
    #expect(coordinator.advance(workers[0], completed: Self.completion(2), at: 0) == .finish)
    #expect(coordinator.advance(workers[1], completed: Self.completion(1), at: 0) == .finish)
    #expect(coordinator.step == 3, "what was computed counts")
  }

  @Test func `of sync ends early with the step that is under way`() {
    var (coordinator, workers) = Self.started(
      .sample(steps: 100, consistency: .sync(workers: 2, backups: 0)), workers: 2)
    for worker in workers { _ = coordinator.advance(worker, completed: nil, at: 0) }
    #expect(coordinator.finish() == 1 && !coordinator.isFinished)
    _ = coordinator.advance(workers[0], weights: 1, completed: Self.completion(1), at: 0)
    #expect(coordinator.isFinished && coordinator.step == 1)
  }

  @Test(arguments: [Consistency.async, .bounded(steps: 1)])
  func `lets one worker alone compute up to the end of a warm start, and another if that one is lost`(
    consistency: Consistency
  ) {
    var settings = RunSettings.sample(steps: 100, consistency: consistency)
    settings.warmStartSteps = 4
    var (coordinator, workers) = Self.started(settings, workers: 2)
    #expect(coordinator.advance(workers[1], completed: nil, at: 0) == .proceed)
    #expect(coordinator.advance(workers[0], completed: nil, at: 0) == .wait)
    #expect(coordinator.advance(workers[1], completed: Self.completion(1), at: 0) == .proceed)
    #expect(coordinator.advance(workers[0], completed: nil, at: 0) == .wait)
    coordinator.leave(workers[1])
    #expect(coordinator.advance(workers[0], completed: nil, at: 0) == .proceed)
    let late = coordinator.admit(index: 2, process: 1, generation: 1, at: 0)
    for clock in 1...3 as ClosedRange<UInt64> {
      #expect(coordinator.advance(late, completed: nil, at: 0) == .wait)
      #expect(coordinator.advance(workers[0], completed: Self.completion(clock), at: 0) == .proceed)
    }
    #expect(coordinator.step == 4)
    #expect(coordinator.advance(late, completed: nil, at: 0) == .proceed)
  }

  @Test func `counts a mini-batch once, and answers again alike when its answer was lost`() {
    var (coordinator, workers) = Self.started(.sample(steps: 5), workers: 1)
    let answers = [nil, nil, 1, 1, 1, 2, 2].map { (clock: UInt64?) in
      coordinator.advance(workers[0], completed: clock.map(Self.completion), at: 0)
    }
    #expect(answers.allSatisfy { $0 == .proceed })
    #expect(coordinator.step == 2 && coordinator.examples == 8)
    #expect(coordinator.knows(Self.completion(2), of: workers[0]))
    #expect(!coordinator.knows(Self.completion(3), of: workers[0]))
  }

  @Test func `does not take a worker that has left back for a sign of life that came late`() {
    var (coordinator, workers) = Self.started(.sample(steps: 5), workers: 2)
    coordinator.leave(workers[0])
    #expect(coordinator.report(workers[0], index: 0, process: 1, at: 1) == .finish)
    #expect(Set(coordinator.workers.keys) == [workers[1]])
    _ = coordinator.dropSilent(at: 100)
    #expect(coordinator.report(workers[1], index: 1, process: 1, at: 101) == .proceed)
    #expect(Set(coordinator.workers.keys) == [workers[1]], "who was only silent comes back")
  }

  @Test func `gives the mini-batch of a silent worker to another`() {
    var (coordinator, workers) = Self.started(.sample(steps: 1), workers: 2)
    #expect(coordinator.advance(workers[0], completed: nil, at: 0) == .proceed)
    #expect(coordinator.advance(workers[1], completed: nil, at: 9) == .wait)
    #expect(coordinator.dropSilent(at: 9).isEmpty)
    #expect(coordinator.dropSilent(at: 11).map(\.index) == [0])
    #expect(coordinator.advance(workers[1], completed: nil, at: 11) == .proceed)
    #expect(coordinator.advance(workers[1], completed: Self.completion(1), at: 12) == .finish)
    #expect(coordinator.step == 1)
  }

  @Test func `counts no mini-batch of a worker again that was cut off and comes back`() throws {
    var (coordinator, workers) = Self.started(.sample(steps: 5), workers: 1)
    _ = coordinator.advance(workers[0], completed: nil, at: 0)
    _ = coordinator.advance(workers[0], completed: Self.completion(1), at: 0)  // the answer is lost
    #expect(coordinator.dropSilent(at: 20).count == 1)
    let json = try JSONEncoder().encode(coordinator.saved)
    #expect(coordinator.advance(workers[0], completed: Self.completion(1), at: 21) == .proceed)
    #expect(coordinator.step == 1 && coordinator.examples == 4)
    // Nor by a server 0 that took the place of this one.
    let saved = try JSONDecoder().decode(Coordinator.Saved.self, from: json)
    var restored = Coordinator(.sample(steps: 5), restoring: saved)
    #expect(restored.advance(workers[0], completed: Self.completion(1), at: 21) == .proceed)
    #expect(restored.step == 1 && restored.examples == 4)
    #expect(restored.advance(workers[0], completed: Self.completion(2), at: 21) == .proceed)
    #expect(restored.step == 2)
  }

  @Test func `lets all go when the run is stopped`() {
    var (coordinator, workers) = Self.started(.sample(steps: 5), workers: 1)
    #expect(coordinator.advance(workers[0], completed: nil, at: 0) == .proceed)
    #expect(coordinator.report(workers[0], index: 0, process: 1, at: 0) == .proceed)
    coordinator.stop()
    #expect(coordinator.report(workers[0], index: 0, process: 1, at: 0) == .finish)
    #expect(coordinator.advance(workers[0], completed: Self.completion(1), at: 0) == .finish)
    #expect(coordinator.step == 1 && coordinator.isStopping)
  }

  @Test func `gives no incarnation twice, whichever start of the server gives it`() {
    var incarnations: Set<UInt64> = []
    for generation in 1...3 as ClosedRange<UInt32> {
      var coordinator = Coordinator(.sample())
      for index in 0..<4 {
        incarnations.insert(coordinator.admit(index: index, process: 1, generation: generation, at: 0))
      }
    }
    #expect(incarnations.count == 12)
  }

  @Test func `in sync counts the step of the weights that workers have, and has as many compute as it has places`() {
    var (coordinator, workers) = Self.started(.sample(steps: 2, consistency: .sync(workers: 2)), workers: 3)
    let first = workers.map { coordinator.advance($0, completed: nil, at: 0) }
    #expect(first == [.proceed, .proceed, .wait])
    #expect(coordinator.advance(workers[0], weights: 1, completed: Self.completion(1), at: 9) == .proceed)
    #expect(coordinator.step == 1 && coordinator.examples == 8)
    #expect(coordinator.advance(workers[2], completed: nil, at: 9) == .wait)
    #expect(coordinator.dropSilent(at: 11).count == 1)
    // The third takes the place of the one that was lost, which finds it taken when it comes back.
    #expect(coordinator.advance(workers[2], weights: 1, completed: nil, at: 11) == .proceed)
    #expect(coordinator.advance(workers[1], weights: 1, completed: Self.completion(1), at: 11) == .wait)
    #expect(coordinator.step == 1 && coordinator.examples == 8)
    #expect(coordinator.advance(workers[2], weights: 2, completed: Self.completion(1), at: 11) == .tellSampler)
    coordinator.take("there", of: workers[2], at: 11)
    #expect(coordinator.advance(workers[2], weights: 2, completed: Self.completion(1), at: 11) == .finish)
    #expect(coordinator.step == 2 && coordinator.examples == 16)
  }

  @Test func `believes nothing of the steps that workers made with servers that have since been replaced`() {
    var (before, workers) = Self.started(.sample(steps: 50, consistency: .sync(workers: 1)), workers: 1)
    _ = before.advance(workers[0], completed: nil, at: 0)
    _ = before.advance(workers[0], weights: 1, completed: Self.completion(1), at: 0)
    var coordinator = Coordinator(.sample(steps: 50, consistency: .sync(workers: 1)), restoring: before.saved)
    #expect(coordinator.step == 1)
    for _ in 0..<2 {
      #expect(coordinator.advance(workers[0], weights: 31, completed: Self.completion(31), at: 0) == .proceed)
      #expect(coordinator.step == 1)
    }
    #expect(coordinator.advance(workers[0], weights: 2, completed: Self.completion(32), at: 0) == .proceed)
    #expect(coordinator.step == 2)
  }

  @Test(arguments: [Consistency.async, .bounded(steps: 1), .sync(workers: 2)])
  func `is not brought down by clocks and steps that cannot be`(_ consistency: Consistency) {
    var (coordinator, workers) = Self.started(.sample(steps: 5, consistency: consistency), workers: 2)
    for worker in workers { _ = coordinator.advance(worker, weights: .max, completed: nil, at: 0) }
    for worker in workers {
      let directive = coordinator.advance(worker, weights: .max, completed: Self.completion(.max), at: 0)
      _ = coordinator.instruction(directive, for: worker)
      _ = coordinator.advance(worker, weights: -1, completed: Self.completion(.max), at: 0)
    }
    #expect(coordinator.step <= 5)
    let restored = Coordinator(.sample(steps: 5, consistency: consistency), restoring: coordinator.saved)
    #expect(restored.step == coordinator.step)
  }

  @Test func `in bounded lets nobody go further ahead than it may, and has those who join begin with the last`() {
    var (coordinator, workers) = Self.started(.sample(steps: 90, consistency: .bounded(steps: 2)), workers: 2)
    for worker in workers { #expect(coordinator.advance(worker, completed: nil, at: 0) == .proceed) }
    let ahead = [1, 2, 3, 3].map { coordinator.advance(workers[0], completed: Self.completion($0), at: 0) }
    #expect(ahead == [.proceed, .proceed, .wait, .wait], "clock 3 misses nothing before clock 1, clock 4 would")
    #expect(coordinator.advance(workers[1], completed: Self.completion(1), at: 0) == .proceed)
    #expect(coordinator.instruction(.proceed, for: workers[1]).leastClock == 1)
    let third = coordinator.admit(index: 2, process: 1, generation: 1, at: 9)
    #expect(coordinator.advance(third, completed: nil, at: 9) == .proceed)
    #expect(coordinator.instruction(.proceed, for: third) == .init(.proceed, step: 4, clock: 2, leastClock: 1))
    // The slow one is gone on without. When it comes back, it begins with the last of the others.
    _ = coordinator.report(workers[0], index: 0, process: 1, at: 9)
    #expect(coordinator.dropSilent(at: 11).map(\.index) == [1])
    for clock in 3...4 as ClosedRange<UInt64> {
      #expect(coordinator.advance(workers[0], completed: Self.completion(clock), at: 11) == .proceed)
      #expect(coordinator.advance(third, completed: Self.completion(clock - 1), at: 11) == .proceed)
    }
    #expect(coordinator.advance(workers[1], completed: Self.completion(2), at: 11) == .proceed)
    #expect(coordinator.instruction(.proceed, for: workers[1]).clock == 4)
    #expect(coordinator.step == 7, "what it computed while it was gone on without may have come too late")
  }

  @Test(arguments: [Consistency.async, .bounded(steps: 1), .sync(workers: 8), .sync(workers: 8, backups: 3)])
  func `has 64 workers join at once, of which half die, and loses no lease`(_ consistency: Consistency) {
    var (coordinator, workers) = Self.started(.sample(steps: 1000, shards: 200, consistency: consistency), workers: 64)
    var held: [UInt64: [Lease]] = [:]
    for worker in workers where coordinator.advance(worker, completed: nil, at: 1) == .proceed {
      for _ in 0..<2 {
        held[worker, default: []].append(
          coordinator.lease(worker, holding: held[worker] ?? [], read: [], at: 1))
      }
    }
    #expect(held.count == (consistency.isSync ? 8 : 64))
    #expect(Set(held.values.joined()).count == 2 * held.count)
    let living = workers.enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
    for worker in living { _ = coordinator.report(worker, index: 0, process: 1, at: 10) }
    #expect(coordinator.dropSilent(at: 15).count == 32)
    #expect(Set(coordinator.workers.keys) == Set(living))
    // Those who live read on, two shards at a time, until the epoch is over.
    var read = Set<Lease>()
    while coordinator.epoch == 0 {
      for worker in living where held[worker] != nil || coordinator.advance(worker, completed: nil, at: 15) == .proceed
      {
        let done = held[worker]?.first.map { [$0] } ?? []
        read.formUnion(done)
        held[worker] = Array((held[worker] ?? []).dropFirst())
        held[worker]!.append(coordinator.lease(worker, holding: held[worker]!, read: done, at: 15))
      }
    }
    let left = living.flatMap { held[$0] ?? [] }
    #expect(Set((Array(read) + left).filter { $0.epoch == 0 }.map(\.shard)) == Set(0..<200))
  }

  @Test func `remembers the last of those who are gone, however many come and go`() {
    var (coordinator, _) = Self.started(.sample(steps: 1_000_000), workers: 0)
    var all: [UInt64] = []
    for index in 0..<6000 {
      let now = Double(index)
      let worker = coordinator.admit(index: 0, process: 1, generation: 1, at: now)
      _ = coordinator.advance(worker, completed: nil, at: now)
      _ = coordinator.advance(worker, completed: Self.completion(1), at: now)
      if index % 2 == 0 { coordinator.leave(worker) } else { _ = coordinator.dropSilent(at: now + 11) }
      all.append(worker)
    }
    #expect(coordinator.step == 6000 && coordinator.workers.isEmpty)
    #expect(coordinator.saved.counted.map(\.incarnation) == Array(all.suffix(4096)))
    for worker in all.suffix(100) { _ = coordinator.advance(worker, completed: Self.completion(1), at: 6000) }
    #expect(coordinator.step == 6000, "what was counted is not counted again")
    coordinator = Coordinator(.sample(steps: 1_000_000), restoring: coordinator.saved)
    #expect(coordinator.advance(all.last!, completed: Self.completion(1), at: 0) == .proceed)
    #expect(coordinator.step == 6000)
  }
}
