import Evaluation
import Foundation
import Models
import Telemetry

/// What became of an experiment: a row for each training.
struct ExperimentResult: Encodable {
  struct Row: Encodable {
    let name: String
    let cells: [String]
    let model: String
    let weights: Int
    /// Of the forward pass for a patch.
    let multiplies: Int
    let steps: Int
    let examples: Int
    /// While it was trained.
    let seconds: Double
    let auc: Double?
    let dPrime: Double?
    let map: Double?
    let paper: PaperScore?
  }

  let experiment: String
  let headings: [String]
  /// On how many labels, and what random scores would get there.
  let labels: Int
  let chanceMap: Double?
  let rows: [Row]

  var lines: [String] {
    let own = ["steps", "time", "AUC", "d-prime", "mAP", "weights", "multiplies"]
    let paper = ["paper's AUC", "d-prime", "mAP", "of"]
    let table = TextTable(
      words: headings.count, rows: [headings + own + paper] + rows.map { $0.cells + $0.figures + $0.paperFigures })
    let chance = chanceMap.map { String(format: "; chance mAP %.4f", $0) } ?? ""
    return table.lines + ["\(labels) labels\(chance)"]
  }
}

extension ExperimentResult.Row {
  fileprivate var figures: [String] {
    [
      TaskProgress.grouped(steps), TaskProgress.time(seconds), auc.formatted(decimals: 4),
      dPrime.formatted(decimals: 3), map.formatted(decimals: 4),
    ]
      + [weights, multiplies].map(Self.short)
  }

  fileprivate var paperFigures: [String] {
    guard let paper else { return Array(repeating: "", count: 4) }
    return [
      paper.auc.formatted(decimals: 3), paper.dPrime.formatted(decimals: 3), paper.map.formatted(decimals: 3),
      paper.name,
    ]
  }

  /// `11.2M`, `767M`, `2.4B`.
  private static func short(_ number: Int) -> String {
    for (size, unit) in [(1e9, "B"), (1e6, "M"), (1e3, "k")] where Double(number) >= size {
      return String(format: "%.3g", Double(number) / size) + unit
    }
    return "\(number)"
  }
}
