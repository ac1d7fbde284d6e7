internal import Glibc

/// What an axis of a chart measures, from where to where, and which of its values have a number.
public struct Axis: Equatable, Sendable {
  public let title: String
  public let kind: Scale.Kind
  public let values: ClosedRange<Double>
  /// Round numbers, ascending.
  public let marks: [Double]

  /// An axis whose ends are its first and its last mark.
  private init(_ title: String, _ kind: Scale.Kind, marks: [Double]) {
    self.title = title
    self.kind = kind
    self.marks = marks
    values = marks[0]...marks[marks.count - 1]
  }

  /// An axis that covers some values, to the next round number.
  ///
  /// - Parameter values: May be none, or all the same.
  public init(_ title: String, covering values: [Double]) {
    self.init(title, .linear, marks: Self.marks(covering: Self.range(of: values)))
  }

  /// An axis from the lowest of some values to the highest, which come one after the other, as steps do.
  public init(_ title: String, along values: [Double]) {
    self.title = title
    kind = .linear
    self.values = Self.range(of: values)
    marks = Self.marks(covering: self.values).filter(self.values.contains)
  }

  /// An axis of shares: 0...1.
  public init(ofShares title: String) {
    self.init(title, .linear, marks: [0, 0.25, 0.5, 0.75, 1])
  }

  /// A logarithmic axis, with powers of ten, and 2 and 5 times them where there is room for their numbers.
  ///
  /// - Parameter values: Those above 0 are covered.
  public init(_ title: String, logarithmicCovering values: [Double]) {
    let covered = values.filter { $0 > 0 && $0.isFinite }
    let (lowest, highest) = (covered.min() ?? 0.1, covered.max() ?? 1)
    let decades = Int(floor(log10(lowest)))...Int(ceil(log10(highest)))
    let factors: [Double] = decades.count > 4 ? [1] : [1, 2, 5]
    // As a quotient, a power below 1 is the number that is written in decimals.
    let all = (decades.lowerBound...decades.upperBound + 1).flatMap { power in
      factors.map { power < 0 ? $0 / pow(10, Double(-power)) : $0 * pow(10, Double(power)) }
    }
    let first = all.lastIndex { $0 <= lowest } ?? 0
    let last = max(first + 1, all.firstIndex { $0 >= highest } ?? all.count - 1)
    self.init(title, .logarithmic, marks: Array(all[first...last]))
  }

  func scale(from start: Double, to end: Double) -> Scale { Scale(kind, values, from: start, to: end) }

  /// From the lowest to the highest; one value, or none, gets some room.
  private static func range(of values: [Double]) -> ClosedRange<Double> {
    let values = values.filter(\.isFinite)
    guard let lowest = values.min(), let highest = values.max() else { return 0...1 }
    return lowest < highest ? lowest...highest : lowest...(lowest + max(1, abs(lowest)))
  }

  /// About five round numbers that cover a range.
  private static func marks(covering range: ClosedRange<Double>) -> [Double] {
    let raw = (range.upperBound - range.lowerBound) / 4
    let power = pow(10, floor(log10(raw)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= raw * 0.999 } ?? 10 * power
    let first = floor(range.lowerBound / step + 1e-9)
    let count = Int(ceil(range.upperBound / step - 1e-9) - first)
    return (0...max(1, count)).map { (first + Double($0)) * step }
  }
}
