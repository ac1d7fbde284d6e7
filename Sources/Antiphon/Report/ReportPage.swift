import Evaluation
import Figures
import Foundation
import Parameters
import Telemetry

/// A report as one HTML page that needs nothing else.
struct ReportPage {
  let history: RunHistory
  let quality: NamingQuality
  let hardest: [HardClip]

  /// The style sheet of all pages, with the colours of drawings.
  static var theme: String { String(decoding: PackageResources.theme_css, as: UTF8.self) }

  /// All that are drawn.
  var figures: [NamedFigure] {
    history.figures + quality.meanCurves
      + quality.curvesOfEnds.map { NamedFigure(name: $0.name, figure: $0.charts) }
      + [quality.frequency, quality.confusionMap]
  }

  var html: String {
    let page = Element("html", ["lang": "en"]) {
      Element("head") {
        Element("meta", ["charset": "utf-8"])
        Element("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        Element("title") { "\(history.name), a run of Antiphon" }
        Element("style") { Self.theme + String(decoding: PackageResources.report_css, as: UTF8.self) }
      }
      Element("body") {
        header
        Element("main") {
          result
          history.training
          quality.curveSection
          quality.labels
          quality.frequencySection
          quality.confusionSection
          HardClip.section(of: hardest)
          quality.allLabels
          history.details
        }
        Element("footer", ["class": "quiet"]) { "Written by antiphon report, \(Date().inWords)." }
      }
    }
    return "<!DOCTYPE html>\n\(page)\n"
  }

  private var header: Element {
    Element("header") {
      Element("h1") { history.name }
      Element("p") {
        "\(history.settings.model) with \(quality.report.classes) labels: \(quality.result.title)"
      }
    }
  }

  /// The headline, each number beside what chance would give, and the cost.
  private var result: Element {
    let report = quality.report
    return .section("Result") {
      Element("div", ["class": "tiles"]) {
        Element.tile(report.meanAveragePrecision.metric, "mAP, chance \(report.chanceMeanAveragePrecision.metric)")
        Element.tile(report.auc.metric, "AUC, chance 0.5")
        Element.tile(report.dPrime.metric, "d-prime, chance 0")
        Element.tile(TaskProgress.grouped(report.clips), "clips were scored")
        Element.tile("\(report.scoredClasses) of \(report.classes)", "labels could be scored")
        history.costTiles
      }
    }
  }
}
