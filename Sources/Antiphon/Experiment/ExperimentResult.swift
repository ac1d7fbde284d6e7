import Evaluation
import Foundation
import Models
import Telemetry

/// What became of an experiment.
struct ExperimentResult: Encodable {
  struct Row: Encodable {
    let name: String
    let cells: [String]
    let model: String
    let weights: Int
    /// Of the forward pass for a patch.
    let multiplies: Int
    /// One for each seed.
    let trainings: [Training]
    let paper: PaperScore?
  }

  struct Training: Encodable {
    let seed: Int
    let steps: Int
    let examples: Int
    /// While it was trained.
    let seconds: Double
    let auc: Double?
    let dPrime: Double?
    let map: Double?
  }

  let experiment: String
  let headings: [String]
  /// On how many labels, and what random scores would get there.
  let labels: Int
  let chanceMap: Double?
  let rows: [Row]
  /// What was published of other rows.
  let papers: [PaperScore]

  var lines: [String] {
    let own = ["steps", "time", "AUC", "d-prime", "mAP", "weights", "multiplies"]
    let hasPaper = rows.contains { $0.paper != nil }
    let paper = hasPaper ? ["paper's AUC", "d-prime", "mAP", "of"] : []
    let table = TextTable(
      words: headings.count,
      rows: [headings + own + paper] + rows.map { $0.cells + $0.figures + (hasPaper ? $0.paperFigures : []) })
    let chance = chanceMap.map { String(format: "; chance mAP %.4f", $0) } ?? ""
    return table.lines + ["\(labels) labels\(chance)"]
      + papers.map { paper in
        "the paper's, \(paper.name): "
          + String(format: "AUC %.3f, d-prime %.3f, mAP %.3f", paper.auc, paper.dPrime, paper.map)
      }
  }
}

extension ExperimentResult.Row {
  fileprivate var figures: [String] {
    let steps = trainings.reduce(0) { $0 + $1.steps } / trainings.count
    let seconds = trainings.reduce(0) { $0 + $1.seconds } / Double(trainings.count)
    return [
      TaskProgress.grouped(steps), TaskProgress.time(seconds), text(trainings.map(\.auc), 4),
      text(trainings.map(\.dPrime), 3), text(trainings.map(\.map), 4),
    ] + [weights, multiplies].map(Self.short)
  }

  fileprivate var paperFigures: [String] {
    guard let paper else { return Array(repeating: "", count: 4) }
    return [text(paper.auc, 3), text(paper.dPrime, 3), text(paper.map, 3), paper.name]
  }

  /// Of several seeds, the mean and the standard deviation of a sample.
  private func text(_ values: [Double?], _ digits: Int) -> String {
    let known = values.compactMap(\.self)
    guard known.count == values.count else { return "-" }
    let mean = known.reduce(0, +) / Double(known.count)
    guard known.count > 1 else { return text(mean, digits) }
    let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return "\(text(mean, digits)) ± \(text((squares / Double(known.count - 1)).squareRoot(), digits))"
  }

  private func text(_ value: Double?, _ digits: Int) -> String {
    value.map { String(format: "%.\(digits)f", $0) } ?? "-"
  }

  /// `11.2M`, `767M`, `2.4B`.
  private static func short(_ number: Int) -> String {
    for (size, unit) in [(1e9, "B"), (1e6, "M"), (1e3, "k")] where Double(number) >= size {
      return String(format: "%.3g", Double(number) / size) + unit
    }
    return "\(number)"
  }
}
