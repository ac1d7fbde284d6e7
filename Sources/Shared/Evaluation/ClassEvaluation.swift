/// How well one class was found.
///
/// A class without positives, or without negatives, cannot be scored: none of its metrics has a value, and it counts in
/// no mean.
public struct ClassEvaluation: Codable, Equatable, Sendable {
  /// The label.
  public let index: Int
  public let name: String
  /// The number of clips that have the class.
  public let positives: Int
  /// P(a positive's score > a negative's) + ½ P(they are equal).
  public let auc: Double?
  /// √2 times the inverse normal distribution of `auc`; `nil` also where that is infinite, at an AUC of 0 or 1.
  public let dPrime: Double?
  /// As scikit-learn's `average_precision_score`: equal scores together, not interpolated.
  public let averagePrecision: Double?
  /// The average precision that random scores get: the share of clips that have the class.
  public let chanceAveragePrecision: Double?

  init(index: Int, name: String, _ ranking: ClassRanking) {
    self.index = index
    self.name = name
    positives = ranking.positives
    let ranking = ranking.canBeScored ? ranking : nil
    auc = ranking?.auc
    dPrime = auc.flatMap(EvaluationReport.dPrime)
    averagePrecision = ranking?.averagePrecision
    chanceAveragePrecision = ranking?.prior
  }

  enum CodingKeys: String, CodingKey {
    case index, name, positives, auc
    case dPrime = "d_prime"
    case averagePrecision = "ap"
    case chanceAveragePrecision = "chance_ap"
  }

  /// By hand, since the compiler's own coding leaves out the keys that have no value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(index, forKey: .index)
    try container.encode(name, forKey: .name)
    try container.encode(positives, forKey: .positives)
    try container.encode(auc, forKey: .auc)
    try container.encode(dPrime, forKey: .dPrime)
    try container.encode(averagePrecision, forKey: .averagePrecision)
    try container.encode(chanceAveragePrecision, forKey: .chanceAveragePrecision)
  }
}
