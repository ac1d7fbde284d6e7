import Foundation
import Parameters
import Testing

@Suite struct `Workers in sync rest for a checkpoint` {
  private let settings = RunSettings.sample(steps: 50, shards: 12, consistency: .sync(workers: 2))

  private func advance(
    _ coordinator: inout Coordinator, _ worker: UInt64, _ clock: UInt64, weights: Int
  ) -> Coordinator.Directive {
    coordinator.advance(worker, weights: weights, completed: `The coordinator`.completion(clock), at: 0)
  }

  @Test func `at the end of the step that is under way, and go on from there`() {
    var (coordinator, workers) = `The coordinator`.started(settings, workers: 2)
    #expect(coordinator.advance(workers[0], completed: nil, at: 0) == .proceed)
    coordinator.rest()
    #expect(!coordinator.isResting && !coordinator.isReadyToSave)
    #expect(coordinator.advance(workers[1], completed: nil, at: 0) == .proceed, "the first one needs its gradient")
    #expect(advance(&coordinator, workers[0], 1, weights: 1) == .tellSampler)
    #expect(coordinator.isResting && !coordinator.isReadyToSave)
    coordinator.take("first", of: workers[0], at: 0)
    #expect(advance(&coordinator, workers[0], 1, weights: 1) == .wait)
    #expect(advance(&coordinator, workers[1], 1, weights: 1) == .tellSampler)
    coordinator.take("second", of: workers[1], at: 0)
    #expect(coordinator.isReadyToSave)
    #expect(coordinator.saved.parked?.map(\.sampler) == ["first", "second"])
    coordinator.goOn(until: 2)
    for worker in workers { #expect(advance(&coordinator, worker, 1, weights: 1) == .proceed) }
    #expect(advance(&coordinator, workers[1], 2, weights: 2) == .tellSampler, "the next checkpoint is of step 2")
  }

  @Test func `at the step that is due, though it is told in good time`() {
    var (coordinator, workers) = `The coordinator`.started(settings, workers: 2)
    coordinator.goOn(until: 3)
    for step in 0..<3 {
      for worker in workers {
        let completed = step == 0 ? nil : `The coordinator`.completion(UInt64(step))
        #expect(coordinator.advance(worker, weights: step, completed: completed, at: 0) == .proceed)
      }
    }
    for worker in workers { #expect(advance(&coordinator, worker, 3, weights: 3) == .tellSampler) }
  }

  @Test func `without one that is late, where there are backup workers`() {
    let settings = RunSettings.sample(steps: 50, consistency: .sync(workers: 3, backups: 1))
    var (coordinator, workers) = `The coordinator`.started(settings, workers: 3)
    for worker in workers { #expect(coordinator.advance(worker, completed: nil, at: 0) == .proceed) }
    coordinator.rest()
    for worker in workers[..<2] {
      #expect(advance(&coordinator, worker, 1, weights: 1) == .tellSampler)
      #expect(!coordinator.isReadyToSave)
      coordinator.take("here", of: worker, at: 0)
    }
    #expect(coordinator.isReadyToSave)
    #expect(coordinator.examples == 8, "two gradients of four patches")
  }

  @Test func `and so do those of a run that is stopped, before they leave`() {
    var (coordinator, workers) = `The coordinator`.started(settings, workers: 2)
    #expect(coordinator.advance(workers[0], completed: nil, at: 0) == .proceed)
    coordinator.stop()
    #expect(coordinator.isFinished)
    #expect(coordinator.report(workers[0], index: 0, process: 1, at: 0) == .proceed, "its step is not made")
    #expect(coordinator.advance(workers[1], completed: nil, at: 0) == .proceed)
    for (index, worker) in workers.enumerated() {
      #expect(advance(&coordinator, worker, 1, weights: 1) == .tellSampler)
      coordinator.take("\(index)", of: worker, at: 0)
      #expect(advance(&coordinator, worker, 1, weights: 1) == .finish)
      coordinator.leave(worker)
    }
    #expect(coordinator.saved.parked?.map(\.sampler) == ["0", "1"])
  }

  @Test func `and leave where somebody is missing for the step, when that is given up`() {
    var (coordinator, workers) = `The coordinator`.started(settings, workers: 1)
    #expect(coordinator.advance(workers[0], completed: nil, at: 0) == .proceed)
    coordinator.stop()
    #expect(coordinator.report(workers[0], index: 0, process: 1, at: 0) == .proceed)
    coordinator.stopWaitingForStep()
    #expect(coordinator.report(workers[0], index: 0, process: 1, at: 0) == .finish)
  }

  /// Two runs, one of which is stopped and resumed at each possible step by workers that come in another order.
  @Test(arguments: 1..<12) func `so that each of a resumed run reads on in its own shards`(stop: Int) throws {
    func read(_ coordinator: inout Coordinator, from first: Int, to last: Int, reversed: Bool) -> [Int: [Lease]] {
      var workers: [Int: UInt64] = [:]
      for index in reversed ? [1, 0] : [0, 1] {
        workers[index] = coordinator.admit(index: index, process: 1, generation: reversed ? 2 : 1, at: 0)
      }
      var read: [Int: [Lease]] = [:]
      for step in first..<last {
        for index in (step % 2 == 0) != reversed ? [0, 1] : [1, 0] {
          let worker = workers[index]!
          let completed = step == first ? nil : `The coordinator`.completion(UInt64(step - first))
          let directive = coordinator.advance(worker, weights: step, completed: completed, at: 0)
          #expect(directive == .proceed)
          read[index, default: []].append(coordinator.lease(worker, holding: [], read: read[index] ?? [], at: 0))
        }
      }
      coordinator.stop()
      for (index, worker) in workers {
        #expect(advance(&coordinator, worker, 99, weights: last) == .tellSampler)
        coordinator.take("of \(index)", of: worker, at: 0)
        coordinator.leave(worker, read: [])
      }
      return read
    }
    var undisturbed = Coordinator(settings)
    let whole = read(&undisturbed, from: 0, to: 12, reversed: false)
    #expect(Set(whole[0]!).isDisjoint(with: whole[1]!))
    var first = Coordinator(settings)
    let begun = read(&first, from: 0, to: stop, reversed: true)
    let saved = try JSONDecoder().decode(Coordinator.Saved.self, from: JSONEncoder().encode(first.saved))
    var second = Coordinator(settings, restoring: saved)  // of the resumed run
    for index in 0..<2 {
      #expect(second.sampler(ofWorker: index) == "of \(index)")
      let held = saved.parked?.first { $0.index == index }?.leases
      #expect(held == [begun[index]!.last!], "what was read and told is not read again")
    }
    // Each has its last lease still in its hands, so it is not given again.
    for index in 0..<2 {
      let worker = second.admit(index: index, process: 1, generation: 2, at: 0)
      #expect(second.advance(worker, weights: stop, completed: nil, at: 0) == .proceed)
      let next = second.lease(worker, holding: [begun[index]!.last!], read: [], at: 0)
      #expect(next == whole[index]![stop])
    }
    #expect(second.sampler(ofWorker: 0) == nil)
  }

  @Test func `and what nobody goes on with is read by others`() throws {
    var (coordinator, workers) = `The coordinator`.started(settings, workers: 2)
    for worker in workers { _ = coordinator.advance(worker, completed: nil, at: 0) }
    let leases = workers.map { coordinator.lease($0, holding: [], read: [], at: 0) }
    coordinator.stop()
    for worker in workers {
      _ = advance(&coordinator, worker, 1, weights: 1)
      coordinator.take("here", of: worker, at: 0)
      coordinator.leave(worker)
    }
    var resumed = Coordinator(settings, restoring: coordinator.saved)
    let others = [7, 8].map { resumed.admit(index: $0, process: 1, generation: 2, at: 0) }
    for worker in others { #expect(resumed.advance(worker, weights: 1, completed: nil, at: 0) == .proceed) }
    for worker in others { #expect(advance(&resumed, worker, 1, weights: 2) == .proceed) }
    let read = others.map { resumed.lease($0, holding: [], read: [], at: 0) }
    #expect(Set(read) == Set(leases))
  }
}
