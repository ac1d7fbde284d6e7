internal import Synchronization
internal import Tensors

/// How high one label is scored where another one is in its place.
public struct Confusion: Equatable, Sendable {
  /// What the clips have.
  public let label: Int
  /// What they have not.
  public let heard: Int
  public let clips: Int
  /// The mean of their scores for that.
  public let meanScore: Double
  /// The mean score that all clips get for it that have it not: of a frequent label it is high.
  public let usualScore: Double

  /// How much higher it is scored there.
  public var excess: Double { meanScore - usualScore }
}

extension ScoredClips {
  /// The pairs of labels that are confused most, the worst first; on the threads of the current `ThreadPool`.
  ///
  /// - Parameters:
  ///   - most: How many pairs at most, and how many for each label that is heard.
  ///   - fewestClips: Pairs of which there are fewer clips are left out.
  public func confusions(most: Int = 100, fewestClips: Int = 5) -> [Confusion] {
    let worst = mapColumns(Array(0..<classes)) { column in
      let all = (0..<classes).lazy.filter { $0 != column.label }.compactMap { column.confusion(where: $0) }
      return Confusion.worst(most, of: all.filter { $0.clips >= fewestClips })
    }
    return Confusion.worst(most, of: worst.joined())
  }

  /// How much higher each of some labels is scored where each of them is, than on all clips that have it not.
  ///
  /// - Parameter labels: Each once.
  /// - Returns: `[there, heard]`: over the clips that have the one and not the other; on the diagonal over all clips that
  ///   have the label. `nil` where there are none.
  public func excessScores(of labels: [Int]) -> [[Double?]] {
    let columns = mapColumns(labels) { column in labels.map { column.confusion(where: $0)?.excess } }
    return labels.indices.map { row in columns.map { $0[row] } }
  }

  /// What a function makes of all clips' scores for each of some labels.
  private func mapColumns<Result: Sendable>(_ labels: [Int], _ body: @Sendable (ScoreColumn) -> Result) -> [Result] {
    let blocks = allBlocks
    let results = Mutex([Result?](repeating: nil, count: labels.count))
    ThreadPool.current.run(labels.count) { index in
      let result = body(ScoreColumn(of: labels[index], blocks, positives: positives))
      results.withLock { $0[index] = result }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}

/// All clips' scores for one label.
private struct ScoreColumn {
  let label: Int
  private let scores: [Float]
  private let positives: [[Int32]]
  private var isPositive: [Bool]
  /// Of the clips that have it not; 0 where all have it.
  private let usualScore: Double

  init(of label: Int, _ blocks: [ScoreBlock], positives: [[Int32]]) {
    self.label = label
    self.positives = positives
    let count = blocks.reduce(0) { $0 + $1.clips }
    isPositive = Array(repeating: false, count: count)
    for clip in positives[label] { isPositive[Int(clip)] = true }
    var keys = Array(repeating: UInt32(0), count: count)
    var first = 0
    for block in blocks {
      block.copyKeys(of: label, to: &keys, at: first)
      first += block.clips
    }
    scores = keys.map(ScoreKey.score)
    let others = zip(scores, isPositive).lazy.filter { !$1 }.map { Double($0.0) }
    usualScore = count > positives[label].count ? others.reduce(0, +) / Double(count - positives[label].count) : 0
  }

  /// Over the clips that have `other` and not this label; over all that have it where they are the same.
  func confusion(where other: Int) -> Confusion? {
    var (sum, clips) = (0.0, 0)
    for clip in positives[other] where !isPositive[Int(clip)] || other == label {
      sum += Double(scores[Int(clip)])
      clips += 1
    }
    guard clips > 0 else { return nil }
    return Confusion(
      label: other, heard: label, clips: clips, meanScore: sum / Double(clips), usualScore: usualScore)
  }
}

extension Confusion {
  /// Those that exceed the usual scores most; equal ones by their labels.
  fileprivate static func worst(_ count: Int, of all: some Sequence<Confusion>) -> [Confusion] {
    let sorted = all.sorted { ($1.excess, $0.label, $0.heard) < ($0.excess, $1.label, $1.heard) }
    return Array(sorted.prefix(count))
  }
}
