/// How stale the gradients were that a server applied, each chunk of a gradient counted for itself: a plain value.
public struct StalenessTally: Equatable, Sendable {
  /// How many had a staleness of 0, 1, 2, …; the last counts all that had more.
  public private(set) var histogram: [Int]
  private var count = 0
  private var sum = 0

  /// - Parameter bins: The length of the histogram, at least 1.
  public init(bins: Int = 17) {
    precondition(bins > 0, "a histogram has a bin")
    histogram = Array(repeating: 0, count: bins)
  }

  /// - Parameter staleness: 0 or more.
  public mutating func add(_ staleness: Int) {
    histogram[min(max(staleness, 0), histogram.count - 1)] += 1
    count += 1
    sum += staleness
  }

  /// 0 before the first.
  public var mean: Double { count > 0 ? Double(sum) / Double(count) : 0 }

  /// Adds what another lane counted, in as many bins.
  public mutating func add(_ other: StalenessTally) {
    for (bin, count) in other.histogram.enumerated() { histogram[bin] += count }
    count += other.count
    sum += other.sum
  }
}
