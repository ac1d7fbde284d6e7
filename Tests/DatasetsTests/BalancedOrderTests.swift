import Datasets
import Testing

@Suite struct `The order of balanced sampling` {
  /// One class has no clip, and one clip is of two classes.
  private static let clips: [[UInt32]] = [[0, 1, 2], [], [2, 3, 4, 5, 6, 7, 8], [9]]
  private static let classes = [0, 2, 3]

  private func examples(
    _ count: Int, of clips: [[UInt32]] = Self.clips, seed: UInt64 = 1
  ) -> [(label: Int, clip: UInt32)] {
    var order = BalancedOrder(of: clips, seed: seed)
    return (0..<count).map { order.example($0) }
  }

  @Test func `takes each class that has clips once in each pass, so equally often to within one`() {
    let labels = examples(200).map(\.label)
    for pass in 0..<66 { #expect(labels[3 * pass..<3 * pass + 3].sorted() == Self.classes) }
    for count in labels.indices {
      let counts = Self.classes.map { label in labels[...count].count { $0 == label } }
      #expect(counts.max()! - counts.min()! <= 1 && counts.reduce(0, +) == count + 1)
    }
  }

  @Test func `takes every clip of a class once before any twice`() {
    let examples = examples(300)
    for label in Self.classes {
      let (all, taken) = (Self.clips[label], examples.filter { $0.label == label }.map(\.clip))
      #expect(taken.count == 100)
      for first in stride(from: 0, through: taken.count - all.count, by: all.count) {
        #expect(taken[first..<first + all.count].sorted() == all)
      }
    }
  }

  /// 600 passes of three classes, and 200 of three clips: each of the six orders has its share.
  @Test func `is shuffled anew in each pass`() {
    let examples = examples(1800)
    let first = examples.filter { $0.label == 0 }.map { Int($0.clip) }
    for passes in [examples.map(\.label), first] {
      var counts: [[Int]: Int] = [:]
      for pass in 0..<passes.count / 3 { counts[Array(passes[3 * pass..<3 * pass + 3]), default: 0] += 1 }
      #expect(counts.count == 6)
      #expect(counts.values.allSatisfy { abs($0 * 18 - passes.count) < passes.count / 2 }, "\(counts)")
    }
  }

  @Test func `follows from the seed, and from an example's number alone`() {
    let expected = examples(500)
    for number in [499, 0, 250, 251, 7] {
      var order = BalancedOrder(of: Self.clips, seed: 1)
      #expect(order.example(number) == expected[number])
    }
    #expect(!examples(500, seed: 2).elementsEqual(expected, by: ==))
  }

  /// A mini-batch of B has a + b = B examples of two passes of C classes, of which a · b / C are expected to be of the same
  /// class: over all ways to lie across a border that is B - (B³ - B) / 6C² classes.
  @Test(arguments: [(512, 0.819), (500, 0.806), (128, 0.241)])
  func `has the share of AudioSet's classes in a mini-batch that theory says`(batch: Int, share: Double) {
    let batches = 527
    let labels = examples(batches * batch, of: (0..<527).map { [UInt32($0)] }).map(\.label)
    let distinct = (0..<batches).map { Set(labels[$0 * batch..<($0 + 1) * batch]).count }
    let mean = Double(distinct.reduce(0, +)) / Double(batches * 527)
    #expect(abs(mean - share) < 0.002, "\(mean)")
    #expect(distinct.max() == batch, "within a pass")
    let (size, classes) = (Double(batch), 527.0)
    #expect(abs(share - (size - (size * size * size - size) / (6 * classes * classes)) / classes) < 0.0006)
  }
}
