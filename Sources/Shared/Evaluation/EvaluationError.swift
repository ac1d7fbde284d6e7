/// Why scores cannot be evaluated: each is one line with what was expected and what came.
///
/// Clips count from 0, in the order in which they were added.
public enum EvaluationError: Error, Equatable, CustomStringConvertible {
  /// A score without an order, as a model gives them whose training diverged.
  case scoreIsNaN(clip: Int, label: Int)
  case wrongScoreCount(clip: Int, expected: Int, found: Int)
  case unknownLabel(clip: Int, label: Int, classes: Int)
  /// Names that are not one for each class.
  case wrongNameCount(expected: Int, found: Int)

  public var description: String {
    switch self {
    case .scoreIsNaN(let clip, let label):
      "expected a number as the score of clip \(clip) for class \(label), found NaN"
    case .wrongScoreCount(let clip, let expected, let found):
      "expected \(expected) scores for clip \(clip), one for each class, found \(found)"
    case .unknownLabel(let clip, let label, let classes):
      "expected labels of clip \(clip) in 0..<\(classes), found \(label)"
    case .wrongNameCount(let expected, let found):
      "expected \(expected) names, one for each class, found \(found)"
    }
  }
}
