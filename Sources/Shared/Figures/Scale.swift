internal import Glibc

/// Where the values of an axis lie on a drawing, and which value lies where.
public struct Scale: Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    case linear
    /// Equal ratios are equally far from each other; all values are above 0.
    case logarithmic
  }

  public let kind: Kind
  /// The values at the two ends, which differ.
  public let values: ClosedRange<Double>
  /// Where those lie.
  public let start: Double
  public let end: Double

  public init(_ kind: Kind, _ values: ClosedRange<Double>, from start: Double, to end: Double) {
    precondition(values.lowerBound < values.upperBound, "a scale needs two values, both are \(values.lowerBound)")
    precondition(kind == .linear || values.lowerBound > 0, "there is no logarithm of \(values.lowerBound)")
    self.kind = kind
    self.values = values
    self.start = start
    self.end = end
  }

  public func pixel(of value: Double) -> Double {
    let share =
      switch kind {
      case .linear: (value - values.lowerBound) / (values.upperBound - values.lowerBound)
      case .logarithmic: log(value / values.lowerBound) / log(values.upperBound / values.lowerBound)
      }
    return start + (end - start) * share
  }

  public func value(at pixel: Double) -> Double {
    let share = (pixel - start) / (end - start)
    return switch kind {
    case .linear: values.lowerBound + (values.upperBound - values.lowerBound) * share
    case .logarithmic: values.lowerBound * pow(values.upperBound / values.lowerBound, share)
    }
  }
}
