/// Sums up the mini-batches of a run: smoothed loss and times, speed. A plain value that is told the time.
public struct TrainingMeter: Sendable {
  /// Patches of all mini-batches.
  public private(set) var examples = 0

  private var rate: RecentRate
  private var smoothedLoss: SmoothedAverage
  private var smoothedWaiting: SmoothedAverage
  private var smoothedStep: SmoothedAverage

  /// - Parameters:
  ///   - seconds: The time from which it counts.
  ///   - smoothing: How much the loss keeps of itself at each mini-batch, in 0..<1.
  public init(from seconds: Double, smoothing: Double = 0.98) {
    rate = RecentRate(from: seconds)
    smoothedLoss = SmoothedAverage(keeping: smoothing)
    smoothedWaiting = smoothedLoss
    smoothedStep = smoothedLoss
  }

  /// Counts a mini-batch that was applied.
  ///
  /// - Parameters:
  ///   - loss: Left out of the smoothed loss if it is not finite.
  ///   - seconds: The time, never earlier than what was told before.
  public mutating func add(examples: Int, loss: Double, at seconds: Double) {
    self.examples += examples
    rate.add(examples, at: seconds)
    smoothedLoss.add(loss)
  }

  /// Notes how long a mini-batch took, and for how much of that its worker waited for servers.
  public mutating func add(waitedSeconds: Double, ofSeconds seconds: Double) {
    guard waitedSeconds >= 0, seconds >= waitedSeconds else { return }  // nonsense, or no number
    smoothedWaiting.add(waitedSeconds)
    smoothedStep.add(seconds)
  }

  /// The smoothed loss; `nil` before the first mini-batch.
  public var loss: Double? { smoothedLoss.value }
  /// The seconds of a mini-batch in which its worker waited for servers, smoothed; `nil` before the first.
  public var exposedSecondsPerStep: Double? { smoothedWaiting.value }
  /// The seconds of a worker's mini-batch, smoothed; `nil` before the first.
  public var stepSeconds: Double? { smoothedStep.value }

  /// Examples a second over the last ten seconds or so.
  public func examplesPerSecond(at seconds: Double) -> Double { rate.perSecond(at: seconds) }
}
