import Captions
import Testing

/// Windows of two seconds, one second apart: each speaks for the second in its middle.
private func events(_ scores: [[Float]], _ change: (inout EventRules) -> Void = { _ in }) -> [SoundEvent] {
  var rules = EventRules(thresholds: scores[0].map { _ in .init(high: 0.5, low: 0.3) })
  change(&rules)
  var detector = EventDetector(rules, hop: 1, window: 2)
  let ended = scores.flatMap { detector.add($0) }
  return (ended + detector.finish(at: Double(scores.count) + 1)).inOrder
}

@Suite struct `Events` {
  @Test func `reach from where scores are above the low threshold to where they are not, if one is above the high`() {
    let found = events([0, 0.4, 0.6, 0.9, 0.4, 0.2, 0, 0, 0.4, 0.4, 0].map { [$0] })
    #expect(found == [SoundEvent(label: 0, begin: 1.5, end: 5.5, score: 0.9)])
  }

  @Test func `begin with the recording and end with it`() {
    let found = events([[0.9], [0.9], [0.9]])
    #expect(found == [SoundEvent(label: 0, begin: 0, end: 4, score: 0.9)])
  }

  @Test func `of one label are one where the gap is short, and of a background label where it is longer`() {
    let scores: [[Float]] = [1, 0, 1, 0, 0, 0, 1].map { [$0, $0] }
    let found = events(scores) { rules in
      (rules.longestGap, rules.longestBackgroundGap, rules.background) = (1, 3, [1])
    }
    #expect(found.filter { $0.label == 0 }.map(\.begin) == [0, 6.5])
    #expect(found.filter { $0.label == 0 }.map(\.end) == [3.5, 8])
    #expect(found.filter { $0.label == 1 } == [SoundEvent(label: 1, begin: 0, end: 8, score: 1)])
  }

  @Test func `that another one follows just beyond the gap are not lost`() {
    for gap in 0..<5 {
      let scores: [[Float]] = ([1] + Array(repeating: 0, count: gap) + [1]).map { [$0] }
      let found = events(scores) { $0.longestGap = 1 }
      #expect(found.count == (gap <= 1 ? 1 : 2), "\(gap): \(found)")
    }
  }

  @Test func `that are too short are none`() {
    let scores: [[Float]] = [0, 0, 1, 0, 0, 0, 1, 1, 0].map { [$0] }
    #expect(events(scores) { $0.shortestEvent = 1.5 }.map(\.begin) == [6.5])
  }

  @Test func `are the same however many labels there are, and told once, in time`() {
    var generator = SystemRandomNumberGenerator()
    let tracks = (0..<5).map { _ in (0..<200).map { _ in Float.random(in: 0...1, using: &generator) } }
    let together = events((0..<200).map { time in tracks.map { $0[time] } })
    for (label, track) in tracks.enumerated() {
      let alone = events(track.map { [$0] })
      #expect(together.filter { $0.label == label }.map(\.begin) == alone.map(\.begin))
      #expect(alone.map(\.begin) == alone.map(\.begin).sorted())
      for (first, second) in zip(alone, alone.dropFirst()) { #expect(second.begin - first.end > 1) }
      #expect(alone.allSatisfy { $0.score >= 0.5 && $0.end > $0.begin })
    }
  }

  @Test func `that go on are present as soon as they are certain`() {
    var detector = EventDetector(EventRules(thresholds: [.init(high: 0.5, low: 0.3)]), hop: 1, window: 1)
    let present = [0.1, 0.4, 0.6, 0.4, 0.1].map { (score: Float) in
      _ = detector.add([score])
      return detector.present
    }
    #expect(present == [[], [], [0], [0], []])
  }
}
