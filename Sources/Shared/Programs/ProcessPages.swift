public import HTTP
public import Telemetry

/// What a process shows of itself over HTTP: whether it lives and can be of use, and its metrics.
public struct ProcessPages: Sendable {
  public let health = ProcessHealth()
  public let metrics = PrometheusPage()

  public init() {}

  var all: [Page] { health.pages() + [Page("/metrics") { [metrics] in .good(metrics.text) }] }
}
