import Evaluation
import Tensors
import Testing

@Suite struct `The metrics of a class` {
  @Test(arguments: RandomScores.allCases, [1, 2, 37, 999, 1000, 1001, 2345])
  func `are those of their definitions, however many clips there are`(_ scores: RandomScores, count: Int) throws {
    let clips = scores.clips(count)
    let row = try ScoredClips([clips]).report().perClass[0]
    let plain = PlainMetrics(clips)
    #expect(row.auc == plain.auc)
    #expect(agree(row.averagePrecision, plain.averagePrecision))
    #expect(row.positives == clips.count { $0.isPositive })
  }

  @Test(arguments: GoldenFile.stored.manyClips) func `of many clips are those of scikit-learn`(
    _ golden: GoldenFile.ManyClips
  ) throws {
    let row = try ScoredClips([(0..<golden.clips).map(golden.clip)]).report().perClass[0]
    #expect(agree(row.auc, golden.auc))
    #expect(agree(row.averagePrecision, golden.ap))
  }

  @Test func `do not depend on the other classes`() throws {
    let classes = RandomScores.allCases.flatMap { scores in (1...7).map { scores.clips(1203, seed: $0) } }
    let report = try ScoredClips(classes).report()
    #expect(report.perClass.map(\.index) == Array(classes.indices))
    for (row, clips) in zip(report.perClass, classes) {
      let alone = try ScoredClips([clips]).report().perClass[0]
      #expect(row.auc == alone.auc && row.averagePrecision == alone.averagePrecision)
      #expect(row.positives == alone.positives)
    }
  }

  @Test(arguments: [2, 3, 8]) func `do not depend on the number of threads`(threads: Int) throws {
    let classes = RandomScores.allCases.flatMap { scores in (1...3).map { scores.clips(1500, seed: $0) } }
    let scored = try ScoredClips(classes)
    let report = try ThreadPool.$current.withValue(ThreadPool(threads: threads)) { try scored.report() }
    #expect(try report == scored.report())
  }

  @Test(arguments: RandomScores.allCases) func `do not depend on the order of the clips`(_ scores: RandomScores) throws
  {
    let clips = scores.clips(2100)
    var random = SeededGenerator(seed: 5)
    #expect(try ScoredClips([clips.shuffled(using: &random)]).report() == ScoredClips([clips]).report())
  }

  @Test func `are counted in numbers that hold all pairs of many clips`() throws {
    let half = 50_000  // pairs: more than 2^31
    var scored = ScoredClips(classes: 1)
    for clip in 0..<2 * half { try scored.add(scores: [Float(clip)], labels: clip % 2 == 1 ? [0] : []) }
    // Each positive is above as many negatives as there are positives up to it.
    #expect(try scored.report().auc == Double(half + 1) / Double(2 * half))
  }

  @Test func `are those of the clips that a copy had`() throws {
    let clips = RandomScores.distinct.clips(1100)
    var scored = try ScoredClips([clips])
    let copy = scored
    for _ in 0..<1000 { try scored.add(scores: [2], labels: []) }
    #expect(copy.count == 1100 && scored.count == 2100)
    #expect(try copy.report() == ScoredClips([clips]).report())
    #expect(try scored.report() != copy.report())
  }

  @Test(arguments: [1, 2500]) func `have no value where there is no class`(clips: Int) throws {
    var scored = ScoredClips(classes: 0)
    for _ in 0..<clips { try scored.add(scores: [], labels: []) }
    let report = try scored.report()
    #expect(report.clips == clips && report.perClass.isEmpty && report.auc == nil)
  }
}
