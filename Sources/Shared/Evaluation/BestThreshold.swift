/// The score from which on a label is best taken for present.
public struct BestThreshold: Equatable, Sendable {
  /// Scores of at least this are taken for the label.
  public let score: Float
  /// The harmonic mean of precision and recall there, 0...1.
  public let f1: Double

  /// The threshold of the highest F1, halfway between two scores; of equals the highest.
  ///
  /// - Parameters:
  ///   - scores: Of clips.
  ///   - isPositive: Whether each has the label.
  /// - Returns: `nil` where no clip has the label.
  public init?(scores: [Float], isPositive: [Bool]) {
    precondition(scores.count == isPositive.count, "each score is of a clip")
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    let positives = isPositive.count { $0 }
    guard positives > 0 else { return nil }
    var best = (score: Float.infinity, f1: -1.0)
    var found = 0
    for (place, index) in order.enumerated() {
      if isPositive[index] { found += 1 }
      let next = place + 1 < order.count ? scores[order[place + 1]] : nil
      guard next != scores[index] else { continue }  // clips of one score are taken together
      let f1 = 2 * Double(found) / Double(place + 1 + positives)
      guard f1 > best.f1 else { continue }
      best = (next.map { ($0 + scores[index]) / 2 } ?? scores[index], f1)
    }
    (score, f1) = best
  }
}
