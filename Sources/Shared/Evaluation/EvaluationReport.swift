/// How well the classes of clips were found: over all classes that can be scored, and for each.
///
/// The JSON keys are fixed, since scripts read them; every key is there, with `null` where there is no value.
public struct EvaluationReport: Codable, Equatable, Sendable {
  /// The mean AUC of the scored classes; `nil`, as the other means, where no class can be scored.
  public let auc: Double?
  /// From the mean AUC, as the paper has it; `nil` also where that AUC is 0 or 1.
  public let dPrime: Double?
  /// The mean average precision of the scored classes.
  public let meanAveragePrecision: Double?
  /// The mean average precision that random scores would get.
  public let chanceMeanAveragePrecision: Double?
  /// The number of clips.
  public let clips: Int
  /// The number of classes.
  public let classes: Int
  /// The number of classes that have both positives and negatives. Only they count in the means.
  public let scoredClasses: Int
  /// In the order of the labels.
  public let perClass: [ClassEvaluation]

  /// Evaluates the clips, on the threads of the current `ThreadPool`; their number changes nothing in the report.
  ///
  /// - Parameter names: One for each class.
  /// - Throws: `EvaluationError.wrongNameCount`.
  public init(_ scored: ScoredClips, names: [String]) throws(EvaluationError) {
    guard names.count == scored.classes else {
      throw .wrongNameCount(expected: scored.classes, found: names.count)
    }
    let perClass = scored.mapRankings { ClassEvaluation(index: $0, name: names[$0], $1) }
    func mean(_ metric: KeyPath<ClassEvaluation, Double?>) -> Double? {
      let values = perClass.compactMap { $0[keyPath: metric] }
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    auc = mean(\.auc)
    dPrime = auc.flatMap(Self.dPrime)
    meanAveragePrecision = mean(\.averagePrecision)
    chanceMeanAveragePrecision = mean(\.chanceAveragePrecision)
    clips = scored.count
    classes = scored.classes
    scoredClasses = perClass.count { $0.auc != nil }
    self.perClass = perClass
  }

  /// The distance, in standard deviations, of two normal distributions of scores that have an AUC: √2 Φ⁻¹(AUC).
  ///
  /// - Parameter auc: In 0...1.
  /// - Returns: `nil` for 0 and 1: the distance is infinite, for which JSON has no number.
  public static func dPrime(auc: Double) -> Double? {
    precondition((0...1).contains(auc), "expected an AUC in 0...1, found \(auc)")
    return auc == 0 || auc == 1 ? nil : 2.0.squareRoot() * NormalDistribution.quantile(auc)
  }

  enum CodingKeys: String, CodingKey {
    case auc
    case dPrime = "d_prime"
    case meanAveragePrecision = "map"
    case chanceMeanAveragePrecision = "chance_map"
    case clips, classes
    case scoredClasses = "scored_classes"
    case perClass = "per_class"
  }

  /// By hand, since the compiler's own coding leaves out the keys that have no value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(auc, forKey: .auc)
    try container.encode(dPrime, forKey: .dPrime)
    try container.encode(meanAveragePrecision, forKey: .meanAveragePrecision)
    try container.encode(chanceMeanAveragePrecision, forKey: .chanceMeanAveragePrecision)
    try container.encode(clips, forKey: .clips)
    try container.encode(classes, forKey: .classes)
    try container.encode(scoredClasses, forKey: .scoredClasses)
    try container.encode(perClass, forKey: .perClass)
  }
}
