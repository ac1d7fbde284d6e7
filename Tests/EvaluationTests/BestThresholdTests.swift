import Evaluation
import Testing

@Suite struct `The best threshold` {
  private func f1(_ threshold: Float, _ scores: [Float], _ isPositive: [Bool]) -> Double {
    let found = zip(scores, isPositive).count { $0 >= threshold && $1 }
    let taken = scores.count { $0 >= threshold }
    return 2 * Double(found) / Double(taken + isPositive.count { $0 })
  }

  @Test(arguments: [1, 2, 7, 60])
  func `has the highest F1 of all thresholds`(count: Int) throws {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      let scores = (0..<count).map { _ in Float(Int.random(in: 0...20, using: &generator)) / 20 }
      var isPositive = scores.map { Float.random(in: 0...1, using: &generator) < $0 }
      isPositive[0] = true
      let best = try #require(BestThreshold(scores: scores, isPositive: isPositive))
      let highest = scores.map { f1($0, scores, isPositive) }.max()!
      #expect(abs(best.f1 - highest) < 1e-12 && abs(f1(best.score, scores, isPositive) - highest) < 1e-12)
    }
  }

  @Test func `parts what can be parted in the middle, and is none without positives`() throws {
    let best = try #require(BestThreshold(scores: [0.2, 0.9, 0.4, 0.8], isPositive: [false, true, false, true]))
    #expect(best.f1 == 1 && abs(best.score - 0.6) < 1e-6)
    #expect(BestThreshold(scores: [0.2], isPositive: [false]) == nil)
    #expect(BestThreshold(scores: [], isPositive: []) == nil)
  }
}
