import Checkpoints
import Clusters
import Datasets
import Evaluation
import Foundation

/// The scores of a network, and what they were measured on.
struct EvaluationResult: Encodable {
  let report: EvaluationReport
  let step: Int
  let split: Split
  /// How many clips each label has at least, where there are so many; `nil` for all clips of the part.
  let balanced: Int?
  let dataset: String

  init(_ report: EvaluationReport, of scorer: RunScorer, _ options: ScoringOptions) {
    self.report = report
    step = scorer.checkpoint.manifest.step
    split = options.split
    balanced = options.balanced
    dataset = scorer.dataset.folder
  }

  var title: String {
    let choice = balanced.map { ", balanced: \($0) clips for each label" } ?? ""
    return "step \(step), \(split.rawValue) part of \(dataset)\(choice)"
  }

  /// Of its files.
  var name: String { split.rawValue + (balanced == nil ? "" : "-balanced") }

  private enum CodingKeys: CodingKey {
    case step, split, balanced, dataset
  }

  /// The report's own keys, and these beside them.
  func encode(to encoder: any Encoder) throws {
    try report.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(step, forKey: .step)
    try container.encode(split, forKey: .split)
    try container.encode(balanced, forKey: .balanced)
    try container.encode(dataset, forKey: .dataset)
  }

  /// Writes `path.json` and `path.csv`.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let json = try encoder.encode(self) + Data("\n".utf8)
    for (ending, bytes) in [("json", json), ("csv", Data(report.csv.utf8))] {
      do {
        try bytes.write(to: URL(filePath: "\(path).\(ending)"), options: .atomic)
      } catch { throw ClusterError("cannot write \(path).\(ending): \(error.localizedDescription)") }
    }
  }
}
