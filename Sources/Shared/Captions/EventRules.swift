/// When a label's scores over time are an event.
public struct EventRules: Codable, Equatable, Sendable {
  /// For one label.
  public struct Thresholds: Codable, Equatable, Sendable {
    /// An event has a score of at least this somewhere, 0...1.
    public var high: Float
    /// And reaches as far as scores are at least this; at most `high`.
    public var low: Float

    /// - Parameter low: By default 0.6 times the high one.
    public init(high: Float, low: Float? = nil) {
      self.high = high
      self.low = low ?? 0.6 * high
    }
  }

  /// By label.
  public var thresholds: [Thresholds]
  /// Events of a label with a shorter gap between them are one, in seconds.
  public var longestGap = 1.0
  /// So too for labels that go on in the background, as speech and music do: they are named once, not every second.
  public var longestBackgroundGap = 5.0
  public var background: Set<Int> = []
  /// Shorter events are none, in seconds; so is what a kind of a label leaves of its event (`LabelTree`).
  public var shortestEvent = 0.3

  public init(thresholds: [Thresholds]) { self.thresholds = thresholds }

  func longestGap(of label: Int) -> Double { background.contains(label) ? longestBackgroundGap : longestGap }
}
