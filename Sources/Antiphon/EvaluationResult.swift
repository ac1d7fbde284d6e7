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
  /// Of how many of the newest checkpoints the scores are the mean; `nil` for one.
  let averaged: Int?
  let dataset: String

  init(_ report: EvaluationReport, of scorer: RunScorer, _ split: Split, balanced: Int?) {
    self.report = report
    step = scorer.checkpoint.manifest.step
    self.split = split
    self.balanced = balanced
    averaged = scorer.others.isEmpty ? nil : scorer.others.count + 1
    dataset = scorer.dataset.folder
  }

  var title: String {
    let choice = balanced.map { ", balanced: \($0) clips for each label" } ?? ""
    let mean = averaged.map { "mean of \($0) checkpoints up to " } ?? ""
    return "\(mean)step \(step), \(split.rawValue) part of \(dataset)\(choice)"
  }

  /// Of its files.
  var name: String {
    split.rawValue + (balanced == nil ? "" : "-balanced") + (averaged.map { "-mean-of-\($0)" } ?? "")
  }

  fileprivate enum CodingKeys: CodingKey {
    case step, split, balanced, averaged, dataset
  }

  /// The report's own keys, and these beside them.
  func encode(to encoder: any Encoder) throws {
    try report.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(step, forKey: .step)
    try container.encode(split, forKey: .split)
    try container.encode(balanced, forKey: .balanced)
    try container.encodeIfPresent(averaged, forKey: .averaged)
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

extension EvaluationResult: Decodable {
  /// Reads what `write` wrote; `nil` where there is nothing of the kind.
  init?(at path: String) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else { return nil }
    do {
      self = try JSONDecoder().decode(Self.self, from: bytes)
    } catch is DecodingError { return nil }
  }

  init(from decoder: any Decoder) throws {
    report = try EvaluationReport(from: decoder)
    let container = try decoder.container(keyedBy: CodingKeys.self)
    step = try container.decode(Int.self, forKey: .step)
    split = try container.decode(Split.self, forKey: .split)
    balanced = try container.decodeIfPresent(Int.self, forKey: .balanced)
    averaged = try container.decodeIfPresent(Int.self, forKey: .averaged)
    dataset = try container.decode(String.self, forKey: .dataset)
  }
}
