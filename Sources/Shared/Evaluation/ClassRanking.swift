/// The clips in the order of their scores for one class, the best first; clips of equal scores share a place.
///
/// Both metrics are counted exactly from it, and neither depends on an order among equals. Only places that some positive
/// has are kept: of the others, the number of clips is all that matters.
struct ClassRanking: Equatable, Sendable {
  /// The clips of one score.
  struct Place: Equatable, Sendable {
    /// Clips with better scores.
    let positivesBefore: Int
    let negativesBefore: Int
    /// Clips with this score.
    let positives: Int
    let negatives: Int

    var positivesSoFar: Int { positivesBefore + positives }
    var negativesSoFar: Int { negativesBefore + negatives }
    /// The share of positives among the clips down to this score.
    var precision: Double { Double(positivesSoFar) / Double(positivesSoFar + negativesSoFar) }
  }

  /// Those with at least one positive, the best first.
  let places: [Place]
  let positives: Int
  let negatives: Int

  /// - Parameters:
  ///   - sorted: The keys of all clips, by `ScoreKey`, the best first.
  ///   - positives: Those of the clips that have the class, the best first.
  init(_ sorted: Span<UInt32>, positives: Span<UInt32>) {
    precondition(positives.count <= sorted.count, "positives are among the clips")
    var places: [Place] = []
    var clip = 0
    var positive = 0
    while positive < positives.count {
      let key = positives[positive]
      let positivesBefore = positive
      while positive < positives.count, positives[positive] == key { positive += 1 }
      while sorted[clip] < key { clip += 1 }
      let clipsBefore = clip
      while clip < sorted.count, sorted[clip] == key { clip += 1 }
      let here = positive - positivesBefore
      places.append(
        Place(
          positivesBefore: positivesBefore, negativesBefore: clipsBefore - positivesBefore, positives: here,
          negatives: clip - clipsBefore - here))
    }
    self.places = places
    self.positives = positives.count
    negatives = sorted.count - positives.count
  }

  /// Whether there are both positives and negatives: without either, no metric has a meaning.
  var canBeScored: Bool { positives > 0 && negatives > 0 }

  /// P(a positive's score > a negative's) + ½ P(they are equal): the area under the ROC curve.
  var auc: Double {
    // Two for each pair of a positive above a negative, one for each tie. Clips count in 32 bits, so none overflows.
    let halves = places.reduce(0) { sum, place in
      sum + place.positives * (2 * (negatives - place.negativesSoFar) + place.negatives)
    }
    return Double(halves) / Double(2 * positives * negatives)
  }

  /// Σ (Rₙ - Rₙ₋₁) Pₙ over the distinct scores, with precision P and recall R of all clips down to score n: not
  /// interpolated, as scikit-learn's `average_precision_score`.
  var averagePrecision: Double {
    places.reduce(0) { $0 + Double($1.positives) * $1.precision } / Double(positives)
  }

  /// The share of positives: the average precision that random scores get.
  var prior: Double { Double(positives) / Double(positives + negatives) }
}
