internal import Foundation

/// The tries of one request: each comes after a longer pause than the one before.
struct Retries {
  private var pauses: ArraySlice<Double>

  /// - Parameter seconds: The pauses; one try more than pauses is made.
  init(seconds: [Double]) { pauses = seconds[...] }

  /// Waits before another try.
  ///
  /// - Returns: Whether there is to be one.
  mutating func wait() -> Bool {
    guard let seconds = pauses.popFirst() else { return false }
    Thread.sleep(forTimeInterval: seconds)
    return true
  }
}
