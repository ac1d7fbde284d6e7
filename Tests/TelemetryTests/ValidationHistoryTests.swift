import Telemetry
import Testing

@Suite struct `What evaluators found` {
  private func result(_ step: Int, map: Double?) -> ValidationResult {
    ValidationResult(unixSeconds: 0, step: step, clips: 3, loss: 1, map: map, auc: nil, dPrime: nil, seconds: 1)
  }

  @Test func `has a best, the first of equals, and counts those since`() {
    var history = ValidationHistory()
    for (step, map) in [(10, 0.25), (20, 0.5), (30, 0.5), (40, 0.125)] { history.add(result(step, map: map)) }
    #expect(history.best?.step == 20 && history.last?.step == 40 && history.countSinceBest == 2)
    history.add(result(50, map: 0.75))
    #expect(history.best?.step == 50 && history.countSinceBest == 0)
  }

  @Test func `has no best where nothing could be scored, and a mAP of 0 is one`() {
    var history = ValidationHistory()
    history.add(result(10, map: nil))
    #expect(history.best == nil && history.last?.step == 10 && history.countSinceBest == 1)
    history.add(result(20, map: 0))
    #expect(history.best?.step == 20 && history.countSinceBest == 0)
  }

  @Test func `takes no step twice, and none that came late`() {
    var history = ValidationHistory()
    let taken = [20, 20, 10, 30].map { history.add(result($0, map: Double($0) / 100)) }
    #expect(taken == [true, false, false, true])
  }

  @Test func `forgets what is of later steps than those that the run goes on from, and begins to count anew`() {
    let results = [(10, 0.5), (20, 0.25), (30, 0.75)].map { result($0, map: $1) }
    let history = ValidationHistory(results.reversed(), upTo: 20)
    #expect(history.best?.step == 10 && history.last?.step == 20 && history.countSinceBest == 0)
  }
}
