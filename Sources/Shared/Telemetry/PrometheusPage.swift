internal import Synchronization

/// What a process shows to Prometheus at this time: told by its main loop, asked for by whoever comes.
public final class PrometheusPage: Sendable {
  private let metrics = Mutex<[PrometheusMetric]>([])

  public init() {}

  public func show(_ metrics: [PrometheusMetric]) { self.metrics.withLock { $0 = metrics } }

  public var text: String { metrics.withLock { $0 }.map(\.text).joined() }
}
