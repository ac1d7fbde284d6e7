/// How long something took, each time that it was done.
struct RepeatedTimes {
  private let sortedSeconds: [Double]

  /// Does something again and again: twice unmeasured, so that memory is there and caches are warm, and then at least three
  /// times, for about `seconds`.
  init(seconds: Double, _ body: () throws -> Void) rethrows {
    let clock = ContinuousClock()
    for _ in 0..<2 { try body() }
    var durations: [Duration] = []
    let end = clock.now + .seconds(seconds)
    while durations.count < 3 || clock.now < end { durations.append(try clock.measure(body)) }
    sortedSeconds = durations.map { $0 / .seconds(1) }.sorted()
  }

  var count: Int { sortedSeconds.count }
  var best: Double { sortedSeconds[0] }
  var median: Double { (sortedSeconds[(count - 1) / 2] + sortedSeconds[count / 2]) / 2 }
}
