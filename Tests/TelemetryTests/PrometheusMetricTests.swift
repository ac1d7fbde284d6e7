import Telemetry
import Testing

@Suite struct `What Prometheus reads` {
  @Test func `has a line for each value, with its labels in order and escaped`() {
    let metric = PrometheusMetric(
      "antiphon_bytes_total", .counter, help: "Bytes\nof \\ all.",
      [.init(1e21, ["b": "x\"y\\", "a": "1\n2"]), .init(-0.5), .init(.infinity), .init(.nan)])
    #expect(
      metric.text == #"""
        # HELP antiphon_bytes_total Bytes\nof \\ all.
        # TYPE antiphon_bytes_total counter
        antiphon_bytes_total{a="1\n2",b="x\"y\\"} 1e+21
        antiphon_bytes_total -0.5
        antiphon_bytes_total +Inf
        antiphon_bytes_total NaN

        """#)
  }

  @Test func `is nothing where there is no value`() {
    #expect(PrometheusMetric("antiphon_loss", help: "The loss.", nil).text.isEmpty)
  }

  @Test func `counts in a histogram all that is at most a bound`() {
    let metric = PrometheusMetric("antiphon_staleness", help: "Late.", histogram: [3, 0, 2, 1], mean: 1.5)
    #expect(
      metric.text.hasSuffix(
        """
        antiphon_staleness_bucket{le="0"} 3.0
        antiphon_staleness_bucket{le="1"} 3.0
        antiphon_staleness_bucket{le="2"} 5.0
        antiphon_staleness_bucket{le="+Inf"} 6.0
        antiphon_staleness_sum 9.0
        antiphon_staleness_count 6.0

        """))
  }

  @Test func `of a run has each name once, and the validation of the last and the best checkpoint`() {
    let metrics = `The status of a run`.full.prometheusMetrics
    #expect(Set(metrics.map(\.name)).count == metrics.count)
    #expect(
      metrics.allSatisfy { $0.name.hasPrefix("antiphon_") && ($0.kind == .counter) == $0.name.hasSuffix("_total") })
    let text = metrics.map(\.text).joined()
    #expect(text.contains("\nantiphon_step 5.0\n"))
    #expect(text.contains("\nantiphon_validation_map{checkpoint=\"best\"} 0.5\n"))
    #expect(!text.contains("antiphon_validation_auc"), "no label could be scored")
  }
}
