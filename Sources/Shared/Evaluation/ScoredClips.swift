/// The scores of clips for every class, and the classes they truly have: what an `EvaluationReport` is counted from.
///
/// It holds 5 bytes for each clip and class.
public struct ScoredClips: Equatable, Sendable {
  /// The number of classes that each clip has a score for.
  public let classes: Int
  /// The number of clips.
  public private(set) var count = 0

  private var scores: [Float] = []  // [count, classes]
  private var isPositive: [Bool] = []  // [count, classes]

  public init(classes: Int) {
    precondition(classes >= 0, "there cannot be \(classes) classes")
    self.classes = classes
  }

  /// Adds a clip.
  ///
  /// - Parameters:
  ///   - scores: One for each class, on any scale: only their order within a class counts. Infinities are in order.
  ///   - labels: The classes that the clip has, from 0, in any order; a label that is there twice counts once.
  /// - Throws: `EvaluationError` for a score that is NaN, for too many or too few scores, and for a label that is no
  ///   class; the clip is then not added.
  public mutating func add(scores: [Float], labels: [Int]) throws(EvaluationError) {
    guard scores.count == classes else {
      throw .wrongScoreCount(clip: count, expected: classes, found: scores.count)
    }
    if let label = scores.firstIndex(where: \.isNaN) { throw .scoreIsNaN(clip: count, label: label) }
    if let label = labels.first(where: { !(0..<classes).contains($0) }) {
      throw .unknownLabel(clip: count, label: label, classes: classes)
    }
    self.scores += scores
    isPositive += repeatElement(false, count: classes)
    for label in labels { isPositive[count * classes + label] = true }
    count += 1
  }

  func ranking(of label: Int) -> ClassRanking {
    ClassRanking(stride(from: label, to: scores.count, by: classes).map { (scores[$0], isPositive[$0]) })
  }
}
