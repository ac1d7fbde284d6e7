import Evaluation
import Tensors

/// Kinds of scores and labels that a class may have.
enum RandomScores: CaseIterable {
  case distinct, tied, allEqual, infinite, negative, denormal, zeros
  case onePositive, mostlyPositive, noPositive, noNegative

  /// - Returns: The same for the same numbers; scores of negatives and positives overlap.
  func clips(_ count: Int, seed: UInt64 = 1) -> [(score: Float, isPositive: Bool)] {
    var random = SeededGenerator(seed: seed, stream: "\(self)")
    return (0..<count).map { clip in
      let isPositive = isPositive(clip, of: count, random.uniform())
      return (score(random.uniform() + (isPositive ? 0.3 : 0), random.uniform()), isPositive)
    }
  }

  private func isPositive(_ clip: Int, of count: Int, _ uniform: Float) -> Bool {
    switch self {
    case .onePositive: clip == count / 3
    case .noPositive: false
    case .noNegative: true
    case .mostlyPositive: uniform < 0.9
    default: uniform < 0.2
    }
  }

  private func score(_ value: Float, _ uniform: Float) -> Float {
    switch self {
    case .tied: (value * 10).rounded() / 10
    case .allEqual: 0.25
    case .infinite: uniform < 0.2 ? -.infinity : uniform < 0.4 ? .infinity : value
    case .negative: value - 0.6
    case .denormal: (value * 1000).rounded() * .leastNonzeroMagnitude
    case .zeros: uniform < 0.3 ? -0.0 : uniform < 0.6 ? 0.0 : value - 0.6
    default: value
    }
  }
}

extension ScoredClips {
  /// A class for each list of clips, which are all equally many.
  init(_ classes: [[(score: Float, isPositive: Bool)]]) throws {
    self.init(classes: classes.count)
    for clip in classes[0].indices {
      try add(
        scores: classes.map { $0[clip].score }, labels: classes.indices.filter { classes[$0][clip].isPositive })
    }
  }

  func report() throws -> EvaluationReport {
    try EvaluationReport(self, names: (0..<classes).map { "class \($0)" })
  }
}
