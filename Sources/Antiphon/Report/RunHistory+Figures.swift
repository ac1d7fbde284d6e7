import Figures
import Telemetry

extension RunHistory {
  /// The curves of the training: those for which there is something.
  var figures: [NamedFigure] {
    let steps = Axis("step", along: points.map { Double($0.step) } + validation.map { Double($0.step) })
    func curve(_ name: String, _ colour: Colour, _ value: (CurvePoint) -> Double?) -> LineChart.Curve {
      .init(name, colour, points.compactMap { point in value(point).map { Point(x: Double(point.step), y: $0) } })
    }
    func found(_ name: String, _ colour: Colour, _ value: (ValidationResult) -> Double?) -> LineChart.Curve {
      .init(name, colour, validation.compactMap { found in value(found).map { Point(x: Double(found.step), y: $0) } })
    }
    func chart(
      _ name: String, _ title: String, _ unit: String, zero: Bool = true, _ curves: [LineChart.Curve]
    ) -> NamedFigure? {
      let curves = curves.filter { !$0.points.isEmpty }
      guard !curves.isEmpty else { return nil }
      let values = curves.flatMap(\.points).map(\.y) + (zero ? [0] : [])
      return NamedFigure(name: name, figure: LineChart(title, x: steps, y: Axis(unit, covering: values), curves))
    }
    let loss = [curve("training", .one, \.loss), found("validation", .two, \.loss)]
    return [
      chart("training-loss", "Loss", "cross-entropy", zero: false, loss),
      chart("training-validation", "Validation", "", [found("mAP", .one, \.map), found("AUC", .two, \.auc)]),
      chart("training-speed", "Speed", "examples/s", [curve("examples/s", .one, \.examplesPerSecond)]),
      chart("training-staleness", "Staleness", "updates, mean", [curve("staleness", .one, \.stalenessMean)]),
      chart("training-rate", "Learning rate", "", [curve("learning rate", .one, \.learningRate)]),
      chart("training-waiting", "Waiting for servers", "share of time", [curve("waiting", .one, \.waitingShare)]),
    ].compactMap(\.self)
  }
}
