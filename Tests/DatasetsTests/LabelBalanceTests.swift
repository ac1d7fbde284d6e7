import Datasets
import Tensors
import Testing

@Suite struct `A balanced choice of clips` {
  /// Clips of up to four of twelve labels, of which label 0 is the rarest and some may have no clip.
  private static func clips(_ count: Int, seed: UInt64 = 5) -> [LabelBalance.Clip] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { number in
      let labels = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        Int(12 * Float.random(in: 0..<1, using: &random).squareRoot())
      }
      return .init(identifier: "\(number / 2).wav", start: Float(number % 2), labels: labels)
    }
  }

  private static func counts(_ clips: [LabelBalance.Clip], _ isCounted: [Bool]? = nil) -> [Int] {
    var counts = [Int](repeating: 0, count: 12)
    for (number, clip) in clips.enumerated() where isCounted?[number] ?? true {
      for label in Set(clip.labels) { counts[label] += 1 }
    }
    return counts
  }

  @Test(arguments: [1, 3, 10, 33, 1000], [0, 7, 400])
  func `has of each label what was asked for, or all there is, and not too much`(wanted: Int, count: Int) {
    let clips = Self.clips(count)
    let chosen = LabelBalance(clipsPerLabel: wanted).choose(from: clips, classes: 12)
    for (available, has) in zip(Self.counts(clips), Self.counts(clips, chosen)) {
      #expect(has >= min(wanted, available))
    }
    #expect(chosen.count == count && chosen.count { $0 } <= 12 * wanted)
    #expect(zip(chosen, clips).allSatisfy { !$0 || !$1.labels.isEmpty })
  }

  @Test func `is of the same clips, in whatever order they come`() {
    let clips = Self.clips(300)
    let order = clips.indices.reversed() as [Int]
    let balance = LabelBalance(clipsPerLabel: 9)
    let chosen = balance.choose(from: clips, classes: 12)
    #expect(balance.choose(from: order.map { clips[$0] }, classes: 12) == order.map { chosen[$0] })
  }

  @Test func `has a clip for all of its labels`() {
    let clips = (0..<20).map { LabelBalance.Clip(identifier: "\($0)", start: 0, labels: [0, 1, 2]) }
    #expect(LabelBalance(clipsPerLabel: 5).choose(from: clips, classes: 3).count { $0 } == 5)
  }

  @Test func `makes frequent labels nearly as rare as others`() {
    let clips = Self.clips(4000)
    let (all, chosen) = (Self.counts(clips), LabelBalance(clipsPerLabel: 30).choose(from: clips, classes: 12))
    let counts = Self.counts(clips, chosen)
    #expect(all.max()! > 10 * all.min()! && counts.min()! >= 30 && counts.max()! < 8 * counts.min()!)
  }
}
