internal import Foundation

extension EvaluationReport {
  /// The report for people: what holds over all classes, then a row for each, the best average precision first.
  ///
  /// Names stand last in a row, so that they may be of any length and script. Classes that cannot be scored come at the
  /// end, with the reason.
  public var table: String {
    (overall + [""] + Self.aligned([Self.header] + rows)).map { $0 + "\n" }.joined()
  }

  private var overall: [String] {
    var chance = "what random scores would get"
    if let meanAveragePrecision, let chanceMeanAveragePrecision {
      chance += String(format: "; mAP is %.1f times that", meanAveragePrecision / chanceMeanAveragePrecision)
    }
    return [
      "AUC         \(Self.text(auc))  mean of \(scoredClasses) of \(classes) classes",
      "d-prime     \(Self.text(dPrime, ofAUC: auc))  from the mean AUC",
      "mAP         \(Self.text(meanAveragePrecision))",
      "chance mAP  \(Self.text(chanceMeanAveragePrecision))  \(chance)",
      "clips       \(clips)",
    ]
  }

  private static let header = ["AP", "chance AP", "AUC", "d-prime", "positives", "class"]

  private var rows: [[String]] {
    let best = perClass.filter { $0.averagePrecision != nil }
      .sorted { ($1.averagePrecision!, $0.index) < ($0.averagePrecision!, $1.index) }
    let unscored = perClass.filter { $0.averagePrecision == nil }
    return (best + unscored).map { row in
      [
        Self.text(row.averagePrecision), Self.text(row.chanceAveragePrecision), Self.text(row.auc),
        Self.text(row.dPrime, ofAUC: row.auc), String(row.positives),
        Self.oneLine(row.name) + (row.averagePrecision == nil ? " (not scored: \(reason(row)))" : ""),
      ]
    }
  }

  /// Why a class could not be scored.
  private func reason(_ row: ClassEvaluation) -> String {
    clips == 0 ? "no clips" : row.positives == 0 ? "no positives" : "no negatives"
  }

  /// Lines in which every column but the last is as wide as its widest text, which stands at its right.
  private static func aligned(_ rows: [[String]]) -> [String] {
    let widths = header.indices.dropLast().map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
      zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 + "  " }.joined() + row.last!
    }
  }

  private static func text(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }

  private static func text(_ dPrime: Double?, ofAUC auc: Double?) -> String {
    guard dPrime == nil, let auc else { return text(dPrime) }
    return auc < 0.5 ? "-∞" : "∞"
  }

  /// A name without what would break its line or steer the terminal.
  private static func oneLine(_ name: String) -> String {
    String(
      String.UnicodeScalarView(
        name.unicodeScalars.map { scalar in
          switch scalar.properties.generalCategory {
          case .control, .lineSeparator, .paragraphSeparator: " "
          default: scalar
          }
        }))
  }
}
