public import HTTP
public import Telemetry

/// What a process shows of itself over HTTP: whether it lives and can be of use, and its metrics.
public struct ProcessPages: Sendable {
  /// Whether anybody can ask.
  public let areShown: Bool
  public let health = ProcessHealth()
  public let metrics = PrometheusPage()

  init(areShown: Bool) { self.areShown = areShown }

  var all: [Page] { health.pages() + [Page("/metrics") { [metrics] in .good(metrics.text) }] }
}
