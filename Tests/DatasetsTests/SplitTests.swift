import Datasets
import Tensors
import Testing

@Suite struct `A division into parts` {
  /// Clips of 1 to 3 labels; label k is twice as frequent as label k + 1.
  private func clips(_ count: Int, classes: Int, seed: UInt64) -> [[Int]] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in
      let labels = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        min(generator.next().trailingZeroBitCount, classes - 1)
      }
      return Set(labels).sorted()
    }
  }

  @Test(arguments: [(1, 80, 10, 10), (2, 60, 20, 20), (3, 1, 1, 1)] as [(UInt64, Int, Int, Int)])
  func `has every label in its share`(seed: UInt64, train: Int, validation: Int, evaluation: Int) {
    let ratio = SplitRatio(train: train, validation: validation, evaluation: evaluation)
    let labels = clips(2000, classes: 8, seed: seed)
    let parts = ratio.divide(labels, classes: 8, seed: seed)
    #expect(parts.count == labels.count)
    let sum = Double(train + validation + evaluation)
    for (split, share) in zip(Split.allCases, [train, validation, evaluation]) {
      let fraction = Double(share) / sum
      let clips = parts.count { $0 == split }
      #expect(abs(Double(clips) - fraction * 2000) <= 20, "\(split) has \(clips) of 2000")
      for label in 0..<8 {
        let all = labels.count { $0.contains(label) }
        let here = zip(labels, parts).count { $0.contains(label) && $1 == split }
        #expect(abs(Double(here) - fraction * Double(all)) <= max(2, 0.03 * Double(all)), "\(split), label \(label)")
      }
    }
  }

  @Test func `gives the rarest labels to every part`() {
    // 10 clips of a rare label among 1000 that all have a frequent one.
    let labels = (0..<1000).map { $0 % 100 == 0 ? [0, 1] : [0] }
    let parts = SplitRatio().divide(labels, classes: 2, seed: 5)
    let counts = Split.allCases.map { split in zip(labels, parts).count { $0.contains(1) && $1 == split } }
    #expect(counts == [8, 1, 1])
  }

  @Test func `is the same for a seed and another for another`() {
    let labels = clips(500, classes: 5, seed: 9)
    #expect(SplitRatio().divide(labels, classes: 5, seed: 1) == SplitRatio().divide(labels, classes: 5, seed: 1))
    #expect(SplitRatio().divide(labels, classes: 5, seed: 1) != SplitRatio().divide(labels, classes: 5, seed: 2))
  }

  @Test func `leaves a part of no share empty`() throws {
    let ratio = try SplitRatio(parsing: "0/0/100")
    #expect(Set(ratio.divide(clips(50, classes: 4, seed: 3), classes: 4, seed: 3)) == [.evaluation])
  }

  @Test(arguments: ["80/10", "80/10/10/0", "a/b/c", "-1/50/51", "0/0/0", "80,10,10", "", "9999999999999999999/1/1"])
  func `is told in three shares`(text: String) {
    let error = message { _ = try SplitRatio(parsing: text) }
    #expect(error == "expected shares of train/validation/evaluation such as 80/10/10, found \(text)")
  }
}
