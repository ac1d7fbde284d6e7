import Foundation
import Parameters
import Tensors
import Testing

@Suite struct `A consistency` {
  @Test(
    arguments: [
      ("async", .async), ("staleness-aware", .stalenessAware), ("bounded:0", .bounded(steps: 0)),
      ("bounded:17", .bounded(steps: 17)), ("sync", .sync(workers: 4)), ("sync:3", .sync(workers: 4, backups: 3)),
    ] as [(String, Consistency)])
  func `is read and written alike`(text: String, consistency: Consistency) throws {
    #expect(try Consistency(parsing: text, workers: 4) == consistency)
    #expect("\(consistency)" == text)
  }

  @Test(arguments: [
    "", "Async", "async:1", "bounded", "bounded:", "bounded:-1", "bounded:x", "bounded:99999999999", "sync:", "sync:-1",
    "sync:4", "sync:1:1", "staleness-aware:2", "sync 1",
  ])
  func `that is none is refused in one line`(text: String) {
    let error = #expect(throws: SettingsError.self) { try Consistency(parsing: text, workers: 4) }
    #expect(error?.description.hasPrefix("expected ") == true)
  }

  @Test func `of a run that was begun before there were others is read`() throws {
    for (json, consistency) in [
      (#"{"async":{}}"#, .async), (#"{"sync":{"workers":3}}"#, .sync(workers: 3)),
    ] as [(String, Consistency)] {
      #expect(try JSONDecoder().decode(Consistency.self, from: Data(json.utf8)) == consistency)
    }
    #expect(throws: (any Error).self) { try JSONDecoder().decode(Consistency.self, from: Data("{}".utf8)) }
  }

  @Test func `says in bounded from when on weights are too old`() {
    let isTooOld = (0...9).map { Consistency.bounded(steps: 2).areTooOld(readAt: 4, forClock: $0) }
    #expect(isTooOld == [false, false, false, false, false, false, false, false, true, true])
    #expect(!Consistency.async.areTooOld(readAt: 0, forClock: .max))
    #expect(!Consistency.sync(workers: 2).areTooOld(readAt: 0, forClock: .max))
  }
}

@Suite struct `A store that minds how stale gradients are` {
  /// The rate is 1 and the values are rate times gradient, so they tell the step sizes.
  private func store(_ consistency: Consistency) -> ParameterStore {
    var settings = RunSettings.sample(consistency: consistency)
    settings.learningRate = LearningRateSchedule(1)
    return ParameterStore(.small(), owned: 0..<1, settings: settings, optimizer: OptimizerSetting.sgd) { _ in
      ChunkState(values: Tensor([2]), slots: [])
    }
  }

  @Test func `divides the step size by the updates that came between, where those are more than one`() {
    var store = store(.stalenessAware)
    for (worker, staleness) in [0, 1, 2, 3, 4].enumerated() {
      #expect(store.push(-12, worker: UInt64(worker), clock: 1, basedOn: 0) == .applied(staleness: staleness))
    }
    #expect(store.values()[0] == 12 + 12 + 6 + 4 + 3)
    var other = self.store(.async)
    for worker in 0..<5 as Range<UInt64> { _ = other.push(-12, worker: worker, clock: 1, basedOn: 0) }
    #expect(other.values()[0] == 60)
  }

  @Test func `gives each of those that are applied in one pass its own step size`() {
    var together = store(.stalenessAware)
    var apart = together
    let gradients = [3, 0, 1, 0].enumerated().map { worker, version in
      together.gradient(-12, worker: UInt64(worker), clock: 1, basedOn: version)
    }
    #expect(together.push(gradients, chunk: 0) == gradients.map { apart.push([$0], chunk: 0)[0] })
    let expected: Float = 12 + 12 + 12 + 4
    #expect(together.values() == apart.values())
    #expect(together.values()[0] == expected)
    #expect(together.staleness == apart.staleness)
    #expect(Array(together.staleness.histogram.prefix(4)) == [1, 2, 0, 1] && together.staleness.mean == 1.25)
  }

  @Test func `drops in bounded what is of a worker that was gone on without, and answers it`() {
    var store = store(.bounded(steps: 2))
    #expect(store.push(-1, worker: 1, clock: 5) == .applied(staleness: 0))
    #expect(store.push(-1, worker: 2, clock: 3, basedOn: 1) == .applied(staleness: 0))
    #expect(store.push(-100, worker: 3, clock: 2) == .late)
    #expect(store.push(-100, worker: 3, clock: 2) == .duplicate)
    #expect(store[0].contains(.init(incarnation: 3, clock: 2)))
    #expect(store.push(-1, worker: 3, clock: 4, basedOn: 2) == .applied(staleness: 0))
    #expect(store.values()[0] == 3 && store[0].version == 3)
  }
}

@Suite struct `A tally of staleness` {
  @Test func `counts all above the last bin in the last bin, and adds up with others`() {
    var tally = StalenessTally(bins: 3)
    #expect(tally.mean == 0)
    for staleness in [0, 1, 1, 2, 7] { tally.add(staleness) }
    #expect(tally.histogram == [1, 2, 2] && tally.mean == 11.0 / 5)
    var other = StalenessTally(bins: 3)
    other.add(4)
    other.add(tally)
    #expect(other.histogram == [1, 2, 3] && other.mean == 15.0 / 6)
  }
}

@Suite struct `A worker whose chunks are of several steps` {
  @Test func `asks again for those that are behind, until all are of one`() {
    var alignment = StepAlignment()
    #expect(alignment.chunksToAskFor([4, 4, 4]).isEmpty)
    #expect(alignment.chunksToAskFor([4, 5, 3]) == [0, 2])
    #expect(alignment.pauseMilliseconds == 0, "at once")
    #expect(alignment.chunksToAskFor([4, 5, 5]) == [0])
    #expect(alignment.pauseMilliseconds > 0, "then with pauses")
    #expect(alignment.chunksToAskFor([6, 5, 5]) == [1, 2])
    #expect(alignment.chunksToAskFor([6, 6, 6]).isEmpty)
    #expect(alignment.chunksToAskFor([]).isEmpty)
  }

  @Test func `goes on with what it has after some tries, and at once while much is to be caught up`() {
    var alignment = StepAlignment()
    func tries(_ versions: [UInt64]) -> Int {
      for count in 0..<1000 where alignment.chunksToAskFor(versions).isEmpty { return count }
      return 1000
    }
    let first = tries([40, 10])
    #expect((1...100).contains(first))
    #expect(tries([40, 11]) == 0)
    #expect(tries([40, 12]) == 0)
    #expect(tries([40, 39]) == first, "that may be a step which others are in the midst of")
    #expect(tries([40, 40]) == 0)
    #expect(tries([41, 40]) == first)
  }
}
