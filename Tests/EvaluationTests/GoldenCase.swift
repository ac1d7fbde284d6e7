import Evaluation
import Foundation
import Testing

/// Scores of clips, and the metrics that scikit-learn counts from them: `Fixtures/make_fixtures.py`.
struct GoldenCase: Decodable, CustomTestStringConvertible {
  var name: String
  /// For each clip, one for each class.
  var scores: [[Float]]
  var labels: [[Int]]
  var classAuc: [Double?]
  var classAp: [Double?]
  var auc: Double
  var dPrime: Double?
  var map: Double
  var chanceMap: Double

  var testDescription: String { name }
  var classes: Int { classAuc.count }

  func report() throws -> EvaluationReport {
    try EvaluationReport(clips: scores, labels: labels, names: (0..<classes).map { "class \($0)" })
  }
}

struct GoldenFile: Decodable {
  struct Separation: Decodable {
    var auc: Double
    var dPrime: Double
  }

  /// Scores and labels that follow from the clips' numbers, too many to be stored: `make_fixtures.py` has the same.
  struct ManyClips: Decodable {
    var clips: Int
    var modulus: Int
    /// The number of clips that have the class, of 10007.
    var positives: Int
    var auc: Double
    var ap: Double

    func clip(_ number: Int) -> (score: Float, isPositive: Bool) {
      let isPositive = (number * 31337 + 11) % 10007 < positives
      return (Float(number * (number + 7919) % modulus + (isPositive ? modulus / 4 : 0)), isPositive)
    }
  }

  var cases: [GoldenCase]
  var dPrime: [Separation]
  var manyClips: [ManyClips]

  static let stored = {
    let url = Bundle.module.url(forResource: "Fixtures/golden", withExtension: "json")!
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try! decoder.decode(Self.self, from: Data(contentsOf: url))
  }()
}

extension EvaluationReport {
  init(clips: [[Float]], labels: [[Int]], names: [String]) throws {
    var scored = ScoredClips(classes: names.count)
    for (scores, labels) in zip(clips, labels) { try scored.add(scores: scores, labels: labels) }
    try self.init(scored, names: names)
  }
}

/// Whether two values are there and equal to a relative 1e-12, or both missing.
func agree(_ first: Double?, _ second: Double?) -> Bool {
  guard let first, let second else { return first == nil && second == nil }
  return abs(first - second) <= 1e-12 * max(abs(first), abs(second))
}
