import Evaluation
import Figures

extension NamingQuality {
  private static let mostPanels = 12

  /// The curves of all labels on average; none where no label can be scored.
  var meanCurves: [NamedFigure] {
    let scored = curves.compactMap(\.self)
    guard !scored.isEmpty else { return [] }
    let mean = ClassificationCurves(meanOf: scored)
    let chance = report.chanceMeanAveragePrecision ?? 0
    return [
      NamedFigure(
        name: "precision-recall",
        figure: LineChart(
          "Precision and recall", x: Axis(ofShares: "recall"), y: Axis(ofShares: "precision"),
          [
            .init("chance", .quiet, [Point(x: 0, y: chance), Point(x: 1, y: chance)], isDashed: true),
            .init("mean of labels", .one, Self.points(mean.precisions)),
          ]),
        note: """
          Of the clips down to each score, the share that has the label (precision), and which share of the label's clips \
          that is (recall).
          """
      ),
      NamedFigure(
        name: "roc",
        figure: LineChart(
          "ROC", x: Axis(ofShares: "false positive rate"), y: Axis(ofShares: "true positive rate"),
          [
            .init("chance", .quiet, [Point(x: 0, y: 0), Point(x: 1, y: 1)], isDashed: true),
            .init("mean of labels", .two, Self.points(mean.truePositiveRates)),
          ]),
        note: """
          Of the label's clips, the share that is scored so high or higher, beside that of all other clips.
          """),
    ]
  }

  /// Both curves of the best labels, and of the worst.
  var curvesOfEnds: [(name: String, charts: SmallMultiples)] {
    let ends = ends(Self.mostPanels)
    return [("labels-best", "The best labels", ends.best), ("labels-worst", "The worst labels", ends.worst)]
      .filter { !$0.2.isEmpty }
      .map { name, title, rows in (name, SmallMultiples(title, rows.compactMap(panel))) }
  }

  private func panel(_ row: ClassEvaluation) -> LineChart? {
    guard let curves = curves[row.index], let precision = row.averagePrecision, let prior = row.chanceAveragePrecision
    else { return nil }
    let title = "\(precision.formatted(decimals: 2)) \(row.name)"
    return LineChart(
      title, x: Axis(ofShares: ""), y: Axis(ofShares: ""),
      [
        .init("chance", .quiet, [Point(x: 0, y: prior), Point(x: 1, y: prior)], isDashed: true),
        .init("ROC", .two, Self.points(curves.truePositiveRates)),
        .init("precision", .one, Self.points(curves.precisions)),
      ])
  }

  /// Figure 1 of the paper.
  var frequency: NamedFigure {
    let dots = report.perClass.filter { priors[$0.index] > 0 }.compactMap { row in
      row.dPrime.map { ScatterChart.Dot(row.name, Point(x: priors[row.index], y: $0)) }
    }
    let missing = report.scoredClasses - dots.count
    let notDrawn = " Labels with an AUC of 1 or 0, or without clips for training, are not drawn: \(missing)."
    return NamedFigure(
      name: "prior-d-prime",
      figure: ScatterChart(
        "Frequency and d-prime of each label",
        x: Axis("share of clips that have the label", logarithmicCovering: dots.map(\.point.x)),
        y: Axis("d-prime", covering: dots.map(\.point.y) + [0]), dots,
        level: report.dPrime.map { ("┅ of the mean AUC", $0) }),
      note: """
        Figure 1 of the paper: there, d-prime was about 2 for rare and frequent labels, and varied more among rare \
        ones.\(missing > 0 ? notDrawn : "")
        """)
  }

  var confusionMap: NamedFigure {
    let names = mapLabels.map { report.perClass[$0].name }
    let some = mapLabels.count < report.classes ? " The labels are those that are confused most." : ""
    return NamedFigure(
      name: "confusions", figure: HeatMap("What is heard where", rows: names, columns: names, values: excessScores),
      note: """
        How much higher the column's label is scored, on average, over the clips that have the row's label and not the \
        column's (on the diagonal: over those that have it) than over all clips without it.\(some)
        """)
  }

  /// At 0, 1/n, … 1.
  private static func points(_ values: [Double]) -> [Point] {
    values.enumerated().map { Point(x: Double($0) / Double(values.count - 1), y: $1) }
  }
}
