/// The clips in the order of their scores for one class, the best first; clips of equal scores share a place.
///
/// Both metrics are counted exactly from it, and neither depends on an order among equals.
struct ClassRanking {
  private struct Place {
    var positives = 0
    var negatives = 0
  }

  private var places: [Place] = []
  private(set) var positives = 0
  private(set) var negatives = 0

  /// - Parameter clips: In any order; no score is NaN.
  init(_ clips: [(score: Float, isPositive: Bool)]) {
    var last: Float?
    for clip in clips.sorted(by: { $0.score > $1.score }) {
      if clip.score != last { places.append(Place()) }
      last = clip.score
      if clip.isPositive {
        places[places.count - 1].positives += 1
        positives += 1
      } else {
        places[places.count - 1].negatives += 1
        negatives += 1
      }
    }
  }

  /// Whether there are both positives and negatives: without either, no metric has a meaning.
  var canBeScored: Bool { positives > 0 && negatives > 0 }

  /// P(a positive's score > a negative's) + ½ P(they are equal): the area under the ROC curve.
  var auc: Double {
    var positivesBefore = 0
    var halves = 0  // two for each pair of a positive above a negative, one for each tie
    for place in places {
      halves += place.negatives * (2 * positivesBefore + place.positives)
      positivesBefore += place.positives
    }
    return Double(halves) / Double(2 * positives * negatives)
  }

  /// Σ (Rₙ - Rₙ₋₁) Pₙ over the distinct scores, with precision P and recall R of all clips down to score n: not
  /// interpolated, as scikit-learn's `average_precision_score`.
  var averagePrecision: Double {
    var clipsSoFar = 0
    var positivesSoFar = 0
    var sum = 0.0
    for place in places {
      clipsSoFar += place.positives + place.negatives
      positivesSoFar += place.positives
      sum += Double(place.positives) * Double(positivesSoFar) / Double(clipsSoFar)
    }
    return sum / Double(positives)
  }

  /// The share of positives: the average precision that random scores get.
  var prior: Double { Double(positives) / Double(positives + negatives) }
}
