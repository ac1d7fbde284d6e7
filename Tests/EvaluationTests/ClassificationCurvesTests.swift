import Evaluation
import Tensors
import Testing

@Suite struct `The curves of a class` {
  static let scorable = RandomScores.allCases.filter { $0 != .noPositive && $0 != .noNegative }

  @Test(arguments: scorable) func `are those of their definitions`(_ scores: RandomScores) throws {
    let clips = scores.clips(211)
    let curves = try #require(ScoredClips([clips]).curves(intervals: 60)[0])
    for point in 0...60 {
      let share = Double(point) / 60
      #expect(abs(curves.truePositiveRates[point] - Self.truePositiveRate(of: clips, at: share)) < 1e-12)
      #expect(curves.precisions[point] == Self.precision(of: clips, atRecall: (point, 60)))
    }
  }

  @Test(arguments: scorable) func `have precisions whose mean is the average precision`(_ scores: RandomScores) throws {
    let scored = try ScoredClips([scores.clips(1303)])
    let row = try scored.report().perClass[0]
    let precisions = try #require(scored.curves(intervals: row.positives)[0]).precisions
    #expect(agree(precisions.dropFirst().reduce(0, +) / Double(row.positives), row.averagePrecision))
  }

  @Test func `have true positive rates whose mean is the AUC, where no scores are equal`() throws {
    let scored = try ScoredClips([RandomScores.distinct.clips(1303)])
    let row = try scored.report().perClass[0]
    let negatives = scored.count - row.positives
    let rates = try #require(scored.curves(intervals: negatives)[0]).truePositiveRates
    #expect(agree(rates.dropLast().reduce(0, +) / Double(negatives), row.auc))
  }

  @Test func `of equal scores are those of chance`() throws {
    let clips = RandomScores.allEqual.clips(300)
    let curves = try #require(ScoredClips([clips]).curves(intervals: 4)[0])
    #expect(curves.truePositiveRates == [0, 0.25, 0.5, 0.75, 1])
    let prior = Double(clips.count { $0.isPositive }) / 300
    #expect(curves.precisions == Array(repeating: prior, count: 5))
  }

  @Test func `are there for a class that can be scored, whatever the threads`() throws {
    let scored = try ScoredClips(RandomScores.allCases.map { $0.clips(1100) })
    let curves = scored.curves()
    #expect(try curves.map { $0 != nil } == scored.report().perClass.map { $0.auc != nil })
    #expect(curves.allSatisfy { $0 == nil || $0!.truePositiveRates.count == 201 && $0!.precisions.count == 201 })
    #expect(ThreadPool.$current.withValue(ThreadPool(threads: 3)) { scored.curves() } == curves)
  }

  @Test func `are averaged point by point`() throws {
    let perfect: [(Float, Bool)] = [(2, true), (1, false)]
    let curves = try ScoredClips([perfect, perfect.map { (-$0.0, $0.1) }]).curves(intervals: 2).compactMap(\.self)
    let mean = ClassificationCurves(meanOf: curves)
    #expect(mean.truePositiveRates == [0.5, 0.5, 1])
    #expect(mean.precisions == [0.75, 0.75, 0.75])
  }

  /// On the straight lines between the points of all scores, the best first: the highest point at an abscissa.
  static func truePositiveRate(of clips: [(score: Float, isPositive: Bool)], at rate: Double) -> Double {
    let (positives, negatives) = (clips.filter(\.isPositive), clips.filter { !$0.isPositive })
    var last = (x: 0.0, y: 0.0)
    var highest = 0.0
    for threshold in Set(clips.map(\.score)).sorted(by: >) {
      let x = Double(negatives.count { $0.score >= threshold }) / Double(negatives.count)
      let y = Double(positives.count { $0.score >= threshold }) / Double(positives.count)
      if x <= rate {
        highest = y
      } else if last.x < rate {
        highest = last.y + (y - last.y) * (rate - last.x) / (x - last.x)
      }
      last = (x, y)
    }
    return highest
  }

  /// At the highest score down to which a share of the positives is found.
  static func precision(
    of clips: [(score: Float, isPositive: Bool)], atRecall share: (part: Int, whole: Int)
  ) -> Double {
    let positives = clips.filter(\.isPositive)
    let threshold = Set(positives.map(\.score)).sorted(by: >).first { threshold in
      positives.count { $0.score >= threshold } * share.whole >= share.part * positives.count
    }
    return Double(positives.count { $0.score >= threshold! }) / Double(clips.count { $0.score >= threshold! })
  }
}
