/// How many things happen a second, of late: a plain value that is told the time.
public struct RecentRate: Equatable, Sendable {
  /// Seconds over which it counts.
  private let window: Int
  private let start: Double
  /// What happened in each of the last seconds, by the second modulo the window.
  private var counts: [Int]
  private var lastSecond = 0

  /// - Parameters:
  ///   - seconds: The time from which it counts.
  ///   - windowSeconds: At least 1.
  public init(from seconds: Double, windowSeconds: Int = 10) {
    precondition(windowSeconds > 0, "a rate is counted over a second or more")
    window = windowSeconds
    start = seconds
    counts = Array(repeating: 0, count: windowSeconds)
  }

  /// - Parameter seconds: The time on the same clock; never earlier than the start, nor than what was told before.
  public mutating func add(_ count: Int, at seconds: Double) {
    advance(to: second(seconds))
    counts[lastSecond % window] += count
  }

  /// The rate at a time: over the current second and the `windowSeconds - 1` before it, as far as they are past the start.
  public func perSecond(at seconds: Double) -> Double {
    var rate = self
    rate.advance(to: second(seconds))
    let elapsed = max(seconds - start, 0)
    let covered = min(elapsed, Double(window - 1) + elapsed - elapsed.rounded(.down))
    return covered > 0 ? Double(rate.counts.reduce(0, +)) / covered : 0
  }

  private func second(_ seconds: Double) -> Int { Int(max(seconds - start, 0)) }

  private mutating func advance(to second: Int) {
    guard second > lastSecond else { return }
    for passed in lastSecond + 1...min(second, lastSecond + window) { counts[passed % window] = 0 }
    lastSecond = second
  }
}
