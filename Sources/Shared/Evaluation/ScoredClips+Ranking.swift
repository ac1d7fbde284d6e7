import Synchronization
internal import Tensors

extension ScoredClips {
  /// As many classes as one thread ranks in the same memory before it takes others.
  private static let classesAtOnce = 4

  /// What a function makes of each class's ranking, by class; on the threads of the current `ThreadPool`, each of which
  /// holds the scores of one class twice.
  func mapRankings<Result: Sendable>(_ body: @Sendable (_ label: Int, ClassRanking) -> Result) -> [Result] {
    let blocks = allBlocks
    let results = Mutex([Result?](repeating: nil, count: classes))
    ThreadPool.current.run((classes + Self.classesAtOnce - 1) / Self.classesAtOnce) { part in
      var ranker = Ranker(blocks)
      for label in part * Self.classesAtOnce..<min((part + 1) * Self.classesAtOnce, classes) {
        let result = body(label, ranker.ranking(of: label, positives: positives[label]))
        results.withLock { $0[label] = result }
      }
    }
    return results.withLock { $0.compactMap(\.self) }
  }
}

/// Ranks the clips for one class after another, in the same memory.
private struct Ranker {
  private let blocks: [ScoreBlock]
  private var keys: [UInt32]
  private var sortOfAll = RadixSort()
  private var sortOfPositives = RadixSort()

  init(_ blocks: [ScoreBlock]) {
    self.blocks = blocks
    keys = Array(repeating: 0, count: blocks.reduce(0) { $0 + $1.clips })
  }

  /// - Parameter positives: The clips that have the class.
  mutating func ranking(of label: Int, positives: [Int32]) -> ClassRanking {
    var first = 0
    for block in blocks {
      block.copyKeys(of: label, to: &keys, at: first)
      first += block.clips
    }
    var ofPositives = positives.map { keys[Int($0)] }
    sortOfAll.sort(&keys)
    sortOfPositives.sort(&ofPositives)
    return ClassRanking(keys.span, positives: ofPositives.span)
  }
}
