/// A number that a process shows to Prometheus, and the lines in which it shows it (the text format, version 0.0.4).
public struct PrometheusMetric: Equatable, Sendable {
  public enum Kind: String, Sendable {
    /// It goes up and down.
    case gauge
    /// It only grows, until the process is started anew.
    case counter
    case histogram
  }

  /// One value, and what tells it from the others of the metric.
  public struct Sample: Equatable, Sendable {
    public var labels: [String: String]
    public var value: Double
    /// What follows the metric's name: `_bucket`, of a histogram.
    var suffix = ""

    public init(_ value: Double, _ labels: [String: String] = [:]) {
      self.labels = labels
      self.value = value
    }

    init(_ suffix: String, _ value: Double, _ labels: [String: String] = [:]) {
      self.init(value, labels)
      self.suffix = suffix
    }
  }

  /// `antiphon_loss`, for example; a counter's ends with `_total`.
  public var name: String
  public var kind: Kind
  public var help: String
  public var samples: [Sample]

  /// - Parameter help: What the values are, and of which unit.
  public init(_ name: String, _ kind: Kind, help: String, _ samples: [Sample]) {
    self.name = name
    self.kind = kind
    self.help = help
    self.samples = samples
  }

  /// A metric of one value, if there is one.
  public init(_ name: String, _ kind: Kind = .gauge, help: String, _ value: Double?) {
    self.init(name, kind, help: help, value.map { [Sample($0)] } ?? [])
  }

  /// A histogram of whole numbers from 0 on.
  ///
  /// - Parameters:
  ///   - counts: How many were 0, 1, 2, …; the last counts all that were more.
  ///   - mean: Of all of them.
  public init(_ name: String, help: String, histogram counts: [Int], mean: Double) {
    var below = 0
    let buckets = counts.dropLast().enumerated().map { value, count in
      below += count
      return Sample("_bucket", Double(below), ["le": "\(value)"])
    }
    let all = Double(counts.reduce(0, +))
    self.init(
      name, .histogram, help: help,
      buckets + [Sample("_bucket", all, ["le": "+Inf"]), Sample("_sum", mean * all), Sample("_count", all)])
  }

  /// Its lines; none where it has no value.
  public var text: String {
    guard !samples.isEmpty else { return "" }
    let head = "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(kind.rawValue)\n"
    return head + samples.map { "\(name)\($0.suffix)\(Self.text(of: $0.labels)) \(Self.text(of: $0.value))\n" }.joined()
  }

  private static func text(of labels: [String: String]) -> String {
    guard !labels.isEmpty else { return "" }
    let pairs = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\(escaped($0.value).quoteEscaped)\"" }
    return "{\(pairs.joined(separator: ","))}"
  }

  private static func text(of value: Double) -> String {
    value.isNaN ? "NaN" : value.isInfinite ? (value > 0 ? "+Inf" : "-Inf") : "\(value)"
  }

  private static func escaped(_ text: String) -> String {
    text.map { $0 == "\\" ? "\\\\" : $0.isNewline ? "\\n" : String($0) }.joined()
  }
}

extension String {
  fileprivate var quoteEscaped: String { map { $0 == "\"" ? "\\\"" : String($0) }.joined() }
}
