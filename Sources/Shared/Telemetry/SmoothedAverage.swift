/// An average in which each value counts a little less with each that follows: a plain value.
struct SmoothedAverage: Sendable {
  /// Σ kept^age · (1 - kept) · value, and the sum of those factors: an average from the first value on.
  private var sum = 0.0
  private var weight = 0.0
  private let kept: Double

  /// - Parameter kept: How much the average keeps of itself at each value, in 0..<1.
  init(keeping kept: Double) {
    precondition((0..<1).contains(kept), "an average keeps less than all of itself")
    self.kept = kept
  }

  /// - Parameter value: Left out if it is not finite.
  mutating func add(_ value: Double) {
    guard value.isFinite else { return }
    sum += (1 - kept) * (value - sum)
    weight += (1 - kept) * (1 - weight)
  }

  /// `nil` before the first value.
  var value: Double? { weight > 0 ? sum / weight : nil }
}
