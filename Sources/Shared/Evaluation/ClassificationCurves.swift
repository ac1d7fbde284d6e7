/// The ROC curve and the precision-recall curve of a class, or of several on average, at evenly spaced abscissas.
///
/// Between its points a curve may bend; at them it is exact.
public struct ClassificationCurves: Codable, Equatable, Sendable {
  /// The true positive rate at the false positive rates 0, 1/n, … 1; where the curve rises straight up, its upper end.
  ///
  /// Clips of equal scores are found at once: in between, the curve is a straight line.
  public let truePositiveRates: [Double]
  /// The precision at the recalls 0, 1/n, … 1: that of all clips down to the first score at which the recall is reached.
  ///
  /// Not interpolated, so that its integral is the average precision.
  public let precisions: [Double]

  /// - Precondition: The class can be scored.
  init(_ ranking: ClassRanking, intervals: Int) {
    precondition(ranking.canBeScored, "a class without positives, or without negatives, has no curves")
    truePositiveRates = Self.truePositiveRates(ranking, intervals)
    precisions = Self.precisions(ranking, intervals)
  }

  /// The mean of classes' curves at each abscissa, which gives each class the same weight.
  ///
  /// - Parameter curves: At least one; all with the same number of points.
  public init(meanOf curves: [ClassificationCurves]) {
    precondition(!curves.isEmpty, "there is no mean of nothing")
    func mean(_ values: KeyPath<Self, [Double]>) -> [Double] {
      let count = curves[0][keyPath: values].count
      precondition(curves.allSatisfy { $0[keyPath: values].count == count }, "as many points of each curve")
      return (0..<count).map { point in
        curves.reduce(0) { $0 + $1[keyPath: values][point] } / Double(curves.count)
      }
    }
    truePositiveRates = mean(\.truePositiveRates)
    precisions = mean(\.precisions)
  }

  enum CodingKeys: String, CodingKey {
    case truePositiveRates = "true_positive_rates"
    case precisions
  }

  private static func truePositiveRates(_ ranking: ClassRanking, _ intervals: Int) -> [Double] {
    let places = ranking.places
    var next = 0
    return (0...intervals).map { interval in
      // Negatives are counted in parts of 1 / intervals, and so are whole at every point.
      let negatives = interval * ranking.negatives
      while next < places.count, places[next].negativesSoFar * intervals <= negatives { next += 1 }
      var found = next > 0 ? Double(places[next - 1].positivesSoFar) : 0
      if next < places.count {
        let excess = negatives - places[next].negativesBefore * intervals
        if excess > 0 {
          found += Double(places[next].positives * excess) / Double(places[next].negatives * intervals)
        }
      }
      return found / Double(ranking.positives)
    }
  }

  private static func precisions(_ ranking: ClassRanking, _ intervals: Int) -> [Double] {
    var place = 0
    return (0...intervals).map { interval in
      while ranking.places[place].positivesSoFar * intervals < interval * ranking.positives { place += 1 }
      return ranking.places[place].precision
    }
  }
}

extension ScoredClips {
  /// The curves of each class, by class; `nil` for one that cannot be scored.
  ///
  /// - Parameter intervals: One fewer than the points of each curve; at least 1.
  public func curves(intervals: Int = 200) -> [ClassificationCurves?] {
    precondition(intervals > 0, "a curve has two ends")
    return mapRankings { _, ranking in
      ranking.canBeScored ? ClassificationCurves(ranking, intervals: intervals) : nil
    }
  }
}
