import Telemetry
import Testing

@Suite struct `A training meter` {
  @Test func `counts examples a second over the last ten seconds only`() {
    var meter = TrainingMeter(from: 100)
    for tenth in 0..<200 { meter.add(examples: 12, loss: 1, at: 100 + Double(tenth) / 10) }
    #expect(abs(meter.examplesPerSecond(at: 120) - 120) < 12)
    for tenth in 200..<400 { meter.add(examples: 3, loss: 1, at: 100 + Double(tenth) / 10) }
    #expect(abs(meter.examplesPerSecond(at: 140) - 30) < 3)
    #expect(meter.examplesPerSecond(at: 151) == 0)
    #expect(meter.examples == 200 * 15)
  }

  @Test func `does not divide by seconds that lie before its start`() {
    var meter = TrainingMeter(from: 7.5)
    meter.add(examples: 50, loss: 1, at: 8)
    #expect(meter.examplesPerSecond(at: 8) == 100)
    #expect(TrainingMeter(from: 7.5).examplesPerSecond(at: 7.5) == 0)
  }

  @Test func `smooths the loss without a pull towards zero at the start`() throws {
    var meter = TrainingMeter(from: 0)
    #expect(meter.loss == nil)
    meter.add(examples: 1, loss: 3, at: 0)
    #expect(abs(try #require(meter.loss) - 3) < 1e-12)
    meter.add(examples: 1, loss: 1, at: 0)
    let weighted: Double = (0.98 * 3 + 1) / 1.98
    #expect(abs(try #require(meter.loss) - weighted) < 1e-12)
    for _ in 0..<2000 { meter.add(examples: 1, loss: 0.25, at: 1) }
    #expect(abs(try #require(meter.loss) - 0.25) < 1e-9)
  }

  @Test func `leaves a loss that is no number out`() {
    var meter = TrainingMeter(from: 0)
    meter.add(examples: 1, loss: .nan, at: 0)
    #expect(meter.loss == nil)
    meter.add(examples: 1, loss: 2, at: 0)
    meter.add(examples: 1, loss: .infinity, at: 0)
    #expect(meter.loss == 2)
  }

  @Test func `averages how long mini-batches take, and for how much of that they wait`() throws {
    var meter = TrainingMeter(from: 0)
    #expect(meter.exposedSecondsPerStep == nil && meter.stepSeconds == nil)
    for _ in 0..<2000 { meter.add(waitedSeconds: 0.25, ofSeconds: 1) }
    let nonsense: [(Double, Double)] = [(-1, 1), (2, 1), (.nan, 1), (1, .nan), (.infinity, .infinity)]
    for (waited, seconds) in nonsense { meter.add(waitedSeconds: waited, ofSeconds: seconds) }
    #expect(abs(try #require(meter.exposedSecondsPerStep) - 0.25) < 1e-9)
    #expect(abs(try #require(meter.stepSeconds) - 1) < 1e-9)
  }
}
