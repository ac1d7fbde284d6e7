import Evaluation
import Tensors
import Testing

@Suite struct `The confusions of labels` {
  /// Clips with random scores in 0...1, none to two labels of six each.
  private static func clips(_ count: Int) -> [(scores: [Float], labels: Set<Int>)] {
    var random = SeededGenerator(seed: 3)
    return (0..<count).map { _ in
      let labels = (0..<Int.random(in: 0...2, using: &random)).map { _ in Int.random(in: 0..<6, using: &random) }
      return ((0..<6).map { _ in random.uniform() }, Set(labels))
    }
  }

  private static func scored(_ clips: [(scores: [Float], labels: Set<Int>)]) throws -> ScoredClips {
    var scored = ScoredClips(classes: 6)
    for clip in clips { try scored.add(scores: clip.scores, labels: Array(clip.labels)) }
    return scored
  }

  /// By the definition.
  private static func excess(
    of heard: Int, where label: Int, _ clips: [(scores: [Float], labels: Set<Int>)]
  ) -> (excess: Double, clips: Int)? {
    func mean(_ isMeant: (Set<Int>) -> Bool) -> (mean: Double, count: Int) {
      let scores = clips.filter { isMeant($0.labels) }.map { Double($0.scores[heard]) }
      return (scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count), scores.count)
    }
    let there = mean { $0.contains(label) && (label == heard || !$0.contains(heard)) }
    return there.count == 0 ? nil : (there.mean - mean { !$0.contains(heard) }.mean, there.count)
  }

  @Test(arguments: [0, 1, 40, 2100]) func `are told beside what a label gets elsewhere`(count: Int) throws {
    let clips = Self.clips(count)
    let labels = [4, 0, 5]
    let excess = try Self.scored(clips).excessScores(of: labels)
    for (row, label) in labels.enumerated() {
      for (column, heard) in labels.enumerated() {
        #expect(excess[row][column] == Self.excess(of: heard, where: label, clips)?.excess)
      }
    }
  }

  @Test func `are found among all pairs, the worst first, whatever the threads`() throws {
    let clips = Self.clips(300)
    let scored = try Self.scored(clips)
    let worst = scored.confusions(most: 7, fewestClips: 10)
    let all = (0..<6).flatMap { label in (0..<6).filter { $0 != label }.map { (label, $0) } }
      .compactMap { pair in Self.excess(of: pair.1, where: pair.0, clips) }.filter { $0.clips >= 10 }
    #expect(worst.map(\.excess) == Array(all.map(\.excess).sorted(by: >).prefix(7)))
    #expect(worst.allSatisfy { Self.excess(of: $0.heard, where: $0.label, clips)! == ($0.excess, $0.clips) })
    let threads = ThreadPool(threads: 3)
    #expect(ThreadPool.$current.withValue(threads) { scored.confusions(most: 7, fewestClips: 10) } == worst)
  }

  @Test func `of a label that is scored alike everywhere are none`() throws {
    let clips = Self.clips(50).map { (scores: [Float](repeating: 0.75, count: 6), labels: $0.labels) }
    #expect(try Self.scored(clips).confusions().allSatisfy { $0.excess == 0 })
  }

  @Test func `of rare pairs are left out`() throws {
    #expect(try Self.scored(Self.clips(300)).confusions(fewestClips: 301).isEmpty)
  }
}
