import Evaluation
import Foundation
import Testing

@Suite struct `An evaluation report` {
  @Test(arguments: GoldenFile.stored.cases) func `has the metrics of scikit-learn`(_ golden: GoldenCase) throws {
    let report = try golden.report()
    for row in report.perClass {
      #expect(agree(row.auc, golden.classAuc[row.index]), "AUC of class \(row.index)")
      #expect(agree(row.averagePrecision, golden.classAp[row.index]), "AP of class \(row.index)")
    }
    #expect(agree(report.auc, golden.auc))
    #expect(agree(report.dPrime, golden.dPrime))
    #expect(agree(report.meanAveragePrecision, golden.map))
    #expect(agree(report.chanceMeanAveragePrecision, golden.chanceMap))
    #expect(report.clips == golden.scores.count && report.classes == golden.classes)
  }

  @Test(arguments: GoldenFile.stored.cases) func `has the AUC that its definition gives, pair by pair`(
    _ golden: GoldenCase
  ) throws {
    for row in try golden.report().perClass {
      let scores = golden.scores.map { $0[row.index] }
      let isPositive = golden.labels.map { $0.contains(row.index) }
      var wins = 0.0
      var pairs = 0.0
      for positive in scores.indices where isPositive[positive] {
        for negative in scores.indices where !isPositive[negative] {
          pairs += 1
          if scores[positive] > scores[negative] { wins += 1 }
          if scores[positive] == scores[negative] { wins += 0.5 }
        }
      }
      #expect(row.auc == (pairs > 0 ? wins / pairs : nil))
    }
  }

  @Test(arguments: GoldenFile.stored.cases) func `of negated scores has one minus the AUC`(_ golden: GoldenCase) throws
  {
    var negated = golden
    negated.scores = golden.scores.map { $0.map { -$0 } }
    for (row, other) in zip(try golden.report().perClass, try negated.report().perClass) {
      #expect((row.auc == nil) == (other.auc == nil))
      if let auc = row.auc, let otherAUC = other.auc { #expect(abs(auc + otherAUC - 1) < 1e-15) }
    }
  }

  @Test(arguments: GoldenFile.stored.cases) func `counts only the order of a class's scores`(_ golden: GoldenCase)
    throws
  {
    var ranked = golden
    for index in 0..<golden.classes {
      let distinct = Set(golden.scores.map { $0[index] }).sorted()
      for clip in golden.scores.indices {
        ranked.scores[clip][index] = Float(distinct.firstIndex(of: golden.scores[clip][index])!) * 10 - 7
      }
    }
    #expect(ranked.scores != golden.scores)
    #expect(try ranked.report() == golden.report())
  }

  @Test(arguments: GoldenFile.stored.cases) func `does not depend on the order of the clips`(_ golden: GoldenCase)
    throws
  {
    var moved = golden
    let order = golden.scores.indices.sorted { ($0 * 7919 % 101, $0) < ($1 * 7919 % 101, $1) }
    #expect(order != Array(golden.scores.indices))
    moved.scores = order.map { golden.scores[$0] }
    moved.labels = order.map { golden.labels[$0] }
    #expect(try moved.report() == golden.report())
  }

  @Test func `counts a class that cannot be scored in no mean`() throws {
    let clips: [[Float]] = [[0.9, 0.5, 0.1, 0.2], [0.8, 0.4, 0.3, 0.1], [0.7, 0.3, 0.2, 0.3]]
    let report = try EvaluationReport(
      clips: clips, labels: [[0, 2, 3], [2], [2, 3]], names: ["first", "never", "always", "second"])
    #expect(report.perClass.map(\.auc) == [1, nil, nil, 1])
    let priors: [Double?] = [1 / 3, nil, nil, 2 / 3]
    #expect(report.perClass.map(\.chanceAveragePrecision) == priors)
    #expect(report.perClass.map(\.positives) == [1, 0, 3, 2])
    #expect(report.scoredClasses == 2 && report.classes == 4 && report.clips == 3)
    #expect(report.auc == 1 && report.meanAveragePrecision == 1 && report.chanceMeanAveragePrecision == 0.5)
  }

  @Test(arguments: [0, 5]) func `has no metrics where no class can be scored`(clips: Int) throws {
    let report = try EvaluationReport(
      clips: Array(repeating: [0.5, 0.5], count: clips), labels: Array(repeating: [1], count: clips),
      names: ["never", "always"])
    #expect(report.auc == nil && report.dPrime == nil)
    #expect(report.meanAveragePrecision == nil && report.chanceMeanAveragePrecision == nil)
    #expect(report.scoredClasses == 0 && report.clips == clips)
    #expect(!report.table.isEmpty)
  }

  @Test func `is refused where there is not one name for each class`() {
    #expect(throws: EvaluationError.wrongNameCount(expected: 3, found: 2)) {
      try EvaluationReport(ScoredClips(classes: 3), names: ["a", "b"])
    }
  }
}
