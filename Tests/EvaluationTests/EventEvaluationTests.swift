import Evaluation
import Testing

/// Events in time, against times that were counted by hand.
@Suite struct `Events that are found in time` {
  private func evaluation(told: [Range<Double>], true truths: [Range<Double>]) -> EventEvaluation {
    var evaluation = EventEvaluation(classes: 1)
    evaluation.add(told: [told], true: [truths])
    return evaluation
  }

  private func counts(_ counts: [EventEvaluation.Counts]) -> [Int] {
    [counts[0].found, counts[0].missed, counts[0].wrong]
  }

  @Test func `are all found by themselves, and none by nothing`() {
    let truths = [1.0..<2.0, 3.0..<3.5, 7.0..<9.0]
    let whole = evaluation(told: truths.reversed(), true: truths)
    #expect(whole.onsetF1 == 1 && whole.intersectionF1 == 1 && counts(whole.byOnset) == [3, 0, 0])
    let nothing = evaluation(told: [], true: truths)
    #expect(nothing.onsetF1 == 0 && nothing.intersectionF1 == 0 && counts(nothing.byIntersection) == [0, 3, 0])
    let silence = evaluation(told: truths, true: [])
    #expect(silence.onsetF1 == nil && silence.intersectionF1 == nil && counts(silence.byOnset) == [0, 0, 3])
  }

  @Test(arguments: [(0.8, 1), (1.2, 1), (0.79, 0), (1.21, 0)])
  func `begin within 200 ms of their time, whenever they end`(begin: Double, found: Int) {
    let evaluation = evaluation(told: [begin..<9], true: [1..<2])
    #expect(counts(evaluation.byOnset) == [found, 1 - found, 1 - found])
  }

  @Test func `are each found by one of their own`() {
    #expect(counts(evaluation(told: [1.1..<2], true: [1..<1.05, 1.2..<1.3]).byOnset) == [1, 1, 0])
    // The first could take either: taking the later one would leave the second with none.
    #expect(counts(evaluation(told: [0.9..<0.95, 1.15..<1.3], true: [1..<1.05, 1.3..<1.4]).byOnset) == [2, 0, 0])
  }

  @Test func `are covered to a half by what is right to a half`() {
    // Half of what is told is right, and covers half of the event.
    #expect(counts(evaluation(told: [1.5..<2.5], true: [1..<2]).byIntersection) == [1, 0, 0])
    // Less than half of it is right: it is wrong, and so the event is missed.
    #expect(counts(evaluation(told: [1.5..<2.6], true: [1..<2]).byIntersection) == [0, 1, 1])
    // It is right, and covers too little.
    #expect(counts(evaluation(told: [1..<1.4], true: [1..<2]).byIntersection) == [0, 1, 0])
    // Two that cover it together, and one over two events.
    #expect(counts(evaluation(told: [1..<1.3, 1.6..<2], true: [1..<2]).byIntersection) == [1, 0, 0])
    #expect(counts(evaluation(told: [1..<4], true: [1..<2, 3..<4]).byIntersection) == [2, 0, 0])
  }

  @Test func `of one label that overlap are one`() {
    let evaluation = evaluation(told: [1..<3], true: [2..<3, 1..<2.5])
    #expect(counts(evaluation.byOnset) == [1, 0, 0] && counts(evaluation.byIntersection) == [1, 0, 0])
  }

  @Test func `are averaged over the labels that have some, over all recordings`() {
    var evaluation = EventEvaluation(classes: 3)
    evaluation.add(told: [[1..<2], [], [5..<6]], true: [[1..<2], [3..<4], []])
    evaluation.add(told: [[1..<2], [3..<4], []], true: [[4..<5], [3..<4], []])
    #expect(evaluation.byOnset.map(\.f1) == [0.5, 2.0 / 3, nil])
    #expect(evaluation.onsetF1 == (0.5 + 2.0 / 3) / 2)
  }
}
