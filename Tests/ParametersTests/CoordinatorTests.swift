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

  @Test func `counts as one step what so many workers average, and lets no more of them compute`() {
    var (coordinator, workers) = Self.started(.sample(steps: 2, consistency: .sync(workers: 2)), workers: 3)
    let first = workers.map { coordinator.advance($0, completed: nil, at: 0) }
    #expect(first == [.proceed, .proceed, .wait])
    #expect(coordinator.advance(workers[0], completed: Self.completion(1), at: 0) == .proceed)
    #expect(coordinator.step == 0)
    #expect(coordinator.advance(workers[1], completed: Self.completion(1), at: 9) == .proceed)
    #expect(coordinator.step == 1)
    #expect(coordinator.advance(workers[2], completed: nil, at: 9) == .wait)
    #expect(coordinator.dropSilent(at: 11).count == 1)
    // The third takes the place of the one that was lost.
    #expect(coordinator.advance(workers[2], completed: nil, at: 11) == .proceed)
    // The lost one's gradients may be in some chunks: rather one mini-batch too many than one too few.
    #expect(coordinator.advance(workers[1], completed: Self.completion(2), at: 11) == .proceed)
    #expect(coordinator.advance(workers[2], completed: Self.completion(1), at: 11) == .finish)
    #expect(coordinator.step == 2)
  }

  @Test func `leaves in sync the last mini-batches to those whose gradients are awaited`() {
    var (coordinator, workers) = Self.started(.sample(steps: 2, consistency: .sync(workers: 2)), workers: 2)
    for worker in workers { #expect(coordinator.advance(worker, completed: nil, at: 0) == .proceed) }
    // What the second worker tells of its first mini-batch is late, but its gradient is not.
    #expect(coordinator.advance(workers[0], completed: Self.completion(1), at: 0) == .proceed)
    #expect(coordinator.advance(workers[0], completed: Self.completion(2), at: 0) == .wait)
    #expect(coordinator.advance(workers[1], completed: Self.completion(1), at: 0) == .proceed)
    #expect(coordinator.advance(workers[0], completed: nil, at: 0) == .wait)
    #expect(coordinator.advance(workers[1], completed: Self.completion(2), at: 0) == .finish)
  }
}
