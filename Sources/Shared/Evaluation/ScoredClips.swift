/// The scores of clips for every class, and the classes they truly have: what an `EvaluationReport` is counted from.
///
/// It holds 4 bytes for each clip and class, and 4 to 8 for each label that a clip has. Scores that are held stay where
/// they are as more clips come.
public struct ScoredClips: Equatable, Sendable {
  /// The number of classes that each clip has a score for.
  public let classes: Int
  /// The number of clips.
  public private(set) var count = 0

  /// For each class the clips that have it, ascending. As numbers of 32 bits, which also keeps counts of pairs in 64.
  private(set) var positives: [[Int32]]
  private var blocks: [ScoreBlock] = []
  /// The clips that do not fill a block yet, `[clips, classes]`.
  private var pending: [Float] = []

  public init(classes: Int) {
    precondition(classes >= 0, "there cannot be \(classes) classes")
    self.classes = classes
    positives = Array(repeating: [], count: classes)
  }

  /// Adds a clip.
  ///
  /// - Parameters:
  ///   - scores: One for each class, on any scale: only their order within a class counts. Infinities are in order.
  ///   - labels: The classes that the clip has, from 0, in any order; a label that is there twice counts once.
  /// - Precondition: There are fewer than 2^31 clips.
  /// - Throws: `EvaluationError` for a score that is NaN, for too many or too few scores, and for a label that is no
  ///   class; the clip is then not added.
  public mutating func add(scores: [Float], labels: [Int]) throws(EvaluationError) {
    guard scores.count == classes else {
      throw .wrongScoreCount(clip: count, expected: classes, found: scores.count)
    }
    if Self.haveNaN(scores), let label = scores.firstIndex(where: \.isNaN) {
      throw .scoreIsNaN(clip: count, label: label)
    }
    if let label = labels.first(where: { !(0..<classes).contains($0) }) {
      throw .unknownLabel(clip: count, label: label, classes: classes)
    }
    let clip = Int32(count)
    for label in labels where positives[label].last != clip { positives[label].append(clip) }
    pending += scores
    count += 1
    if count % ScoreBlock.capacity == 0 {
      blocks.append(ScoreBlock(transposing: pending, clips: ScoreBlock.capacity, classes: classes))
      pending.removeAll(keepingCapacity: true)
    }
  }

  /// Without an early end, so that many are looked at at once.
  private static func haveNaN(_ scores: [Float]) -> Bool {
    var count: UInt32 = 0
    for score in scores { count |= score == score ? 0 : 1 }
    return count > 0
  }

  /// All clips in order; those that do not fill a block are transposed for it.
  var allBlocks: [ScoreBlock] {
    let rest = count % ScoreBlock.capacity
    return rest == 0 ? blocks : blocks + [ScoreBlock(transposing: pending, clips: rest, classes: classes)]
  }
}
