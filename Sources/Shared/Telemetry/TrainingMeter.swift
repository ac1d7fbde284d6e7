/// Sums up the mini-batches of a run: smoothed loss, speed, staleness. A plain value that is told the time.
public struct TrainingMeter: Sendable {
  /// Patches of all mini-batches.
  public private(set) var examples = 0
  /// How many gradients had staleness 0, 1, 2, …; the last counts all that had more.
  public private(set) var stalenessHistogram: [Int]

  private var batches = 0
  private var stalenessSum = 0
  private var rate: RecentRate
  /// Σ smoothing^age · (1 - smoothing) · loss, and the sum of those factors: an average from the first mini-batch on.
  private var lossSum = 0.0
  private var lossWeight = 0.0
  private let smoothing: Double

  /// - Parameters:
  ///   - seconds: The time from which it counts.
  ///   - smoothing: How much the loss keeps of itself at each mini-batch, in 0..<1.
  ///   - stalenessBins: The length of the histogram, at least 1.
  public init(from seconds: Double, smoothing: Double = 0.98, stalenessBins: Int = 17) {
    precondition((0..<1).contains(smoothing) && stalenessBins > 0, "smoothing is in 0..<1, a histogram has a bin")
    self.smoothing = smoothing
    rate = RecentRate(from: seconds)
    stalenessHistogram = Array(repeating: 0, count: stalenessBins)
  }

  /// Counts a mini-batch that was applied.
  ///
  /// - Parameters:
  ///   - loss: Left out of the smoothed loss if it is not finite.
  ///   - staleness: 0 or more.
  ///   - seconds: The time, never earlier than what was told before.
  public mutating func add(examples: Int, loss: Double, staleness: Int, at seconds: Double) {
    self.examples += examples
    batches += 1
    stalenessSum += staleness
    stalenessHistogram[min(max(staleness, 0), stalenessHistogram.count - 1)] += 1
    rate.add(examples, at: seconds)
    guard loss.isFinite else { return }
    lossSum += (1 - smoothing) * (loss - lossSum)
    lossWeight += (1 - smoothing) * (1 - lossWeight)
  }

  /// The smoothed loss; `nil` before the first mini-batch.
  public var loss: Double? { lossWeight > 0 ? lossSum / lossWeight : nil }

  public var stalenessMean: Double { batches > 0 ? Double(stalenessSum) / Double(batches) : 0 }

  /// Examples a second over the last ten seconds or so.
  public func examplesPerSecond(at seconds: Double) -> Double { rate.perSecond(at: seconds) }
}
