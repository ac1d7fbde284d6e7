import Evaluation
import Figures
import Telemetry

extension NamingQuality {
  private static let mostRows = 12
  /// A table of more labels is closed at first.
  private static let mostOpen = 60

  var curveSection: Element {
    .section("Precision, recall and ROC") {
      if meanCurves.isEmpty {
        Element("p") { "No label can be scored: each needs clips that have it, and clips that have it not." }
      }
      Element("div", ["class": "charts"]) { meanCurves.map(\.element) }
      for ends in curvesOfEnds {
        Element("figure") {
          Element("figcaption") { ends.charts.title }
          Element("div", ["class": "panels"]) { ends.charts.panels }
          Element("p", ["class": "quiet"]) {
            Element("span", ["class": "one"]) { "━ precision" }
            " at each recall, "
            Element("span", ["class": "two"]) { "━ ROC" }
            ", ┅ chance precision; the number is the average precision."
          }
        }
      }
    }
  }

  var labels: Element {
    let ends = ends(Self.mostRows)
    return .section("Labels") {
      Element("div", ["class": "charts"]) {
        for (title, rows) in [("Best", ends.best), ("Worst", ends.worst)] where !rows.isEmpty {
          Element("div", ["class": "card"]) {
            Element("h3") { "\(title), by average precision" }
            Element.table(
              ["label", "AP", "chance", "AUC"],
              rows.map { [$0.name, $0.averagePrecision.metric, $0.chanceAveragePrecision.metric, $0.auc.metric] })
          }
        }
      }
    }
  }

  var frequencySection: Element { .section("Rare and frequent labels") { frequency.element } }

  var confusionSection: Element {
    .section("Confusions") {
      Element("figure") {
        Element("figcaption") { confusionMap.figure.title }
        Element("div", ["class": "scroll"]) { Element("div", ["class": "map"]) { confusionMap.figure.drawing } }
        Element("p", ["class": "quiet"]) { confusionMap.note ?? "" }
      }
      if !confusions.isEmpty {
        Element("div", ["class": "card"]) {
          Element("h3") { "Heard most where it is not" }
          Element.table(
            ["there", "heard", "mean score", "elsewhere", "clips"], words: 2,
            confusions.prefix(Self.mostRows).map { pair in
              [
                report.perClass[pair.label].name, report.perClass[pair.heard].name,
                pair.meanScore.formatted(decimals: 2), pair.usualScore.formatted(decimals: 2),
                TaskProgress.grouped(pair.clips),
              ]
            })
        }
      }
    }
  }

  /// All there is about each label.
  var allLabels: Element {
    .details("All \(report.classes) labels", isOpen: report.classes <= Self.mostOpen) {
      Element.table(
        ["label", "prior", "clips", "AUC", "d-prime", "AP", "chance AP"],
        report.perClass.map { row in
          [
            row.name, priors[row.index].inThreeDigits, TaskProgress.grouped(row.positives), row.auc.metric,
            Self.dPrime(of: row), row.averagePrecision.metric, row.chanceAveragePrecision.metric,
          ]
        })
    }
  }

  private static func dPrime(of row: ClassEvaluation) -> String {
    guard row.dPrime == nil, let auc = row.auc else { return row.dPrime.metric }
    return auc < 0.5 ? "-∞" : "∞"
  }
}
