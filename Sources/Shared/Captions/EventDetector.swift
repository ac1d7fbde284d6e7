/// Finds events in scores that come one time after the other, with two thresholds for each label (hysteresis): a plain
/// value, for recordings and for live sound alike.
///
/// Scores are of windows that follow one another by a hop, and overlap if they are longer. Each speaks for the part of the
/// time that lies nearer to its middle than to any other's; the first one for what comes before it too.
public struct EventDetector: Sendable {
  /// What is known of a label now.
  private struct Track {
    /// Since when scores are at least the low threshold.
    var begin: Double?
    var best: Float = 0
    /// The end of an event that another one may go on with.
    var waiting: SoundEvent?
  }

  private let rules: EventRules
  private let hop: Double
  private let window: Double
  private var tracks: [Track]
  private var windows = 0

  /// - Parameters:
  ///   - hop: From one window to the next, in seconds.
  ///   - window: The length of a window in seconds, at least a hop.
  public init(_ rules: EventRules, hop: Double, window: Double) {
    precondition(hop > 0 && window >= hop, "windows follow each other without gaps")
    self.rules = rules
    self.hop = hop
    self.window = window
    tracks = Array(repeating: Track(), count: rules.thresholds.count)
  }

  /// Takes the scores of the next window.
  ///
  /// - Parameter scores: One for each label, 0...1.
  /// - Returns: The events that are over, and can have no more to them.
  public mutating func add(_ scores: some Sequence<Float>) -> [SoundEvent] {
    let begin = windows == 0 ? 0 : Double(windows) * hop + (window - hop) / 2
    windows += 1
    var ended: [SoundEvent] = []
    for (label, score) in scores.enumerated() {
      if score < rules.thresholds[label].low { close(label, at: begin) }
      // Before anything begins: what begins beyond the gap is another event.
      if tracks[label].begin == nil, let waiting = tracks[label].waiting,
        begin - waiting.end > rules.longestGap(of: label)
      {
        ended += take(label)
      }
      if score >= rules.thresholds[label].low {
        tracks[label].begin = tracks[label].begin ?? begin
        tracks[label].best = max(tracks[label].best, score)
      }
    }
    return ended.inOrder
  }

  /// What goes on at the end of the last window: labels whose event is certain by now.
  public var present: [Int] {
    tracks.indices.filter { tracks[$0].begin != nil && tracks[$0].best >= rules.thresholds[$0].high }
  }

  /// The event of a label that is certain by now, and long enough, and has not been told as over, with the end that it has
  /// so far.
  ///
  /// - Returns: Whether it goes on at the end of the last window, too; where it does not, it may do so again after a gap.
  public func open(_ label: Int) -> (event: SoundEvent, goesOn: Bool)? {
    let (track, now) = (tracks[label], Double(windows) * hop + (window - hop) / 2)
    guard let begin = track.begin, track.best >= rules.thresholds[label].high else {
      return track.waiting.flatMap { $0.seconds >= rules.shortestEvent ? ($0, false) : nil }
    }
    let event = SoundEvent(
      label: label, begin: track.waiting?.begin ?? begin, end: now, score: max(track.best, track.waiting?.score ?? 0))
    return event.seconds >= rules.shortestEvent ? (event, true) : nil
  }

  /// Since when a label may have an event that has not been told: a certain one, or one that may become so.
  public func beginOfOpen(_ label: Int) -> Double? { tracks[label].waiting?.begin ?? tracks[label].begin }

  /// Ends the recording.
  ///
  /// - Parameter seconds: Its length, if it is known; otherwise the end of the last window.
  /// - Returns: The events that were not over.
  public mutating func finish(at seconds: Double? = nil) -> [SoundEvent] {
    let end = seconds ?? Double(windows - 1) * hop + window
    return tracks.indices.flatMap { label in
      close(label, at: end)
      return take(label)
    }.inOrder
  }

  /// Ends a label's run of scores above the low threshold; it is an event if it had one above the high one.
  private mutating func close(_ label: Int, at end: Double) {
    defer { (tracks[label].begin, tracks[label].best) = (nil, 0) }
    let best = tracks[label].best
    guard let begin = tracks[label].begin, best >= rules.thresholds[label].high, end > begin else { return }
    guard let waiting = tracks[label].waiting, begin - waiting.end <= rules.longestGap(of: label) else {
      // One that was too far back has been taken when the gap became too long.
      tracks[label].waiting = SoundEvent(label: label, begin: begin, end: end, score: best)
      return
    }
    tracks[label].waiting = SoundEvent(label: label, begin: waiting.begin, end: end, score: max(best, waiting.score))
  }

  private mutating func take(_ label: Int) -> [SoundEvent] {
    defer { tracks[label].waiting = nil }
    return tracks[label].waiting.map { $0.seconds >= rules.shortestEvent ? [$0] : [] } ?? []
  }
}

extension [SoundEvent] {
  /// By their beginning, then by their label.
  public var inOrder: [SoundEvent] { sorted { ($0.begin, $0.label) < ($1.begin, $1.label) } }
}
