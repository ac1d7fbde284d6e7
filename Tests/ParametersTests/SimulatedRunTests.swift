import Parameters
import Testing

@Suite struct `A run` {
  @Test(arguments: 0..<20, [1, 2, 4])
  func `without deaths applies each mini-batch to each chunk, and exactly as many as it has`(seed: UInt64, workers: Int)
  {
    var run = SimulatedRun(.sample(steps: 15), chunks: 3, workers: workers, seed: seed, deadliness: 0)
    let hasEnded = run.run(events: 20_000)
    #expect(hasEnded && run.abandoned == 0)
    #expect(run.begun == 15 && run.coordinator.step == 15)
    for chunk in 0..<3 { #expect(run.store.values(ofChunk: chunk) == [15, 15]) }
  }

  /// Also with more workers than make an update.
  @Test(arguments: 0..<40, [0, 1, 2])
  func `in sync ends with an update for each step, and nobody waits for ever`(seed: UInt64, spare: Int) {
    let averaged = Int(seed % 3) + 1
    var run = SimulatedRun(
      .sample(steps: 8, consistency: .sync(workers: averaged)), chunks: 4, workers: averaged + spare, seed: seed,
      deadliness: 0)
    let hasEnded = run.run(events: 20_000)
    #expect(hasEnded && run.abandoned == 0)
    #expect(run.begun == 8 * averaged && run.coordinator.step == 8 && run.coordinator.examples == 4 * 8 * averaged)
    for chunk in 0..<4 { #expect(run.store.values(ofChunk: chunk) == [8, 8]) }
    #expect(run.history.ofSeveralSteps == 0)
  }

  @Test(arguments: 0..<60, [(3, 1), (5, 2), (2, 1)])
  func `in sync with backup workers takes for each update the first gradients of its one step`(
    seed: UInt64, _ sizes: (workers: Int, backups: Int)
  ) {
    let (workers, backups) = sizes
    var run = SimulatedRun(
      .sample(steps: 12, consistency: .sync(workers: workers, backups: backups)), chunks: 3, workers: workers,
      seed: seed, deadliness: 0)
    let hasEnded = run.run(events: 60_000)
    #expect(hasEnded && run.abandoned == 0)
    #expect(run.coordinator.step == 12 && run.coordinator.examples == 4 * 12 * (workers - backups))
    for chunk in 0..<3 {
      #expect(run.store.values(ofChunk: chunk) == [12, 12])
      #expect(run.history.updates[chunk].allSatisfy { $0.count == workers - backups })
    }
    #expect(run.history.ofSeveralSteps == 0)
  }

  @Test(arguments: 0..<60, [0, 1, 3])
  func `in bounded computes from no weights that miss an update of too many clocks before`(seed: UInt64, steps: Int) {
    var run = SimulatedRun(
      .sample(steps: 60, consistency: .bounded(steps: steps)), chunks: 3, workers: 3, seed: seed, deadliness: 0)
    let isYoung = run.run(events: 100)
    run.join()
    let hasEnded = isYoung || run.run(events: 60_000)
    #expect(hasEnded && run.abandoned == 0)
    #expect(run.begun == 60 && run.coordinator.step == 60)
    for chunk in 0..<3 { #expect(run.store.values(ofChunk: chunk) == [60, 60]) }
    #expect(run.history.missing(moreThan: steps) == 0)
  }

  @Test(arguments: 0..<80, [0, 2])
  func `in bounded goes on without those who are silent, and takes them up when they come back`(
    seed: UInt64, steps: Int
  ) {
    var run = SimulatedRun(
      .sample(steps: 60, consistency: .bounded(steps: steps)), chunks: 3, workers: 4, seed: seed, deadliness: 0.002)
    run.absence = 0.004
    let hasEnded = run.run(events: 100_000)
    #expect(hasEnded && run.coordinator.step == 60)
    #expect(run.history.missing(moreThan: steps) == 0)
    for chunk in 0..<3 {
      let version = run.store[chunk].version
      #expect(run.store.values(ofChunk: chunk) == [Float(version), Float(version)])
      #expect(abs(version - 60) <= run.deaths + 2 * run.absences)
    }
  }

  @Test func `in async does miss updates that bounded would not`() {
    let misses = (0..<20 as Range<UInt64>).map { seed in
      var run = SimulatedRun(.sample(steps: 60), chunks: 3, workers: 3, seed: seed, deadliness: 0)
      _ = run.run(events: 60_000)
      return run.history.missing(moreThan: 1)
    }
    #expect(misses.reduce(0, +) > 0)
  }

  @Test(
    arguments: 0..<150,
    [Consistency.async, .sync(workers: 2), .sync(workers: 3), .sync(workers: 3, backups: 1), .bounded(steps: 1)])
  func `in which workers die and are replaced comes to its end`(seed: UInt64, consistency: Consistency) {
    let workers = consistency.fewestWorkers + Int(seed % 2)
    var run = SimulatedRun(
      .sample(steps: 12, consistency: consistency), chunks: 3, workers: workers, seed: seed, deadliness: 0.01)
    let hasEnded = run.run(events: 60_000)
    #expect(hasEnded, "\(run.coordinator.step) of 12 steps after \(run.deaths) deaths")
    #expect(run.coordinator.step == 12)
    for chunk in 0..<3 {
      // Each gradient is 1, so the average is, of however many it was taken.
      let version = run.store[chunk].version
      #expect(run.store.values(ofChunk: chunk) == [Float(version), Float(version)])
      if consistency.isSync { #expect(version == 12) } else { #expect(abs(version - 12) <= run.deaths + 1) }
    }
  }
}
