/// One direction of a machine's line to the network: one message after the other.
struct Port {
  let bytesPerSecond: Double
  private var freeAt = 0.0
  private var takenSeconds = 0.0

  init(bytesPerSecond: Double) { self.bytesPerSecond = bytesPerSecond }

  /// Has a message pass whose first byte is there now.
  ///
  /// - Returns: When its first byte passes, and when its last one has.
  mutating func pass(_ bytes: Double, at now: Double) -> (begin: Double, end: Double) {
    let begin = max(now, freeAt)
    let seconds = bytes / bytesPerSecond
    takenSeconds += seconds
    freeAt = begin + seconds
    return (begin, freeAt)
  }

  /// In how much of the time until now something passed.
  func busySeconds(until now: Double) -> Double { takenSeconds - max(0, freeAt - now) }
}
