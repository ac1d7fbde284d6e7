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
    #expect(run.begun == 8 * averaged && run.coordinator.step == 8)
    for chunk in 0..<4 { #expect(run.store.values(ofChunk: chunk) == [8, 8]) }
  }

  @Test(arguments: 0..<150, [Consistency.async, .sync(workers: 2), .sync(workers: 3)])
  func `in which workers die and are replaced comes to its end`(seed: UInt64, consistency: Consistency) {
    let workers = consistency.gradientsPerUpdate + Int(seed % 2)
    var run = SimulatedRun(
      .sample(steps: 12, consistency: consistency), chunks: 3, workers: workers, seed: seed, deadliness: 0.01)
    let hasEnded = run.run(events: 40_000)
    #expect(hasEnded, "\(run.coordinator.step) of 12 steps after \(run.deaths) deaths")
    #expect(run.coordinator.step == 12)
    for chunk in 0..<3 {
      // Each gradient is 1, so the average is, of however many it was taken.
      let version = run.store[chunk].version
      #expect(run.store.values(ofChunk: chunk) == [Float(version), Float(version)])
      #expect(abs(version - 12) <= run.deaths + 1)
    }
  }
}
