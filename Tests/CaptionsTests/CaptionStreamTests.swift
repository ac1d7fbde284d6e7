import Testing

@testable import Captions

@Suite struct `Captions of a stream` {
  /// Label 1 is a kind of 0, and 2 a kind of 1.
  private static let tree = try! LabelTree(
    ontology: Array(
      #"[{"id":"a","name":"0","child_ids":["b"]},{"id":"b","name":"1","child_ids":["c"]},{"id":"c","name":"2","child_ids":[]}]"#
        .utf8),
    labels: ["a": 0, "b": 1, "c": 2])

  @Test(arguments: 0..<20)
  func `are those of the whole recording, told once and never taken back`(_ seed: Int) throws {
    var generator = SystemRandomNumberGenerator()
    let rules = EventRules(thresholds: (0..<4).map { _ in .init(high: 0.7, low: 0.4) })
    let scores = (0..<150).map { _ in (0..<4).map { _ in Float.random(in: 0...1, using: &generator) } }
    var stream = CaptionStream(rules, Self.tree, hop: 0.5, window: 1)
    var detector = EventDetector(rules, hop: 0.5, window: 1)
    var (told, events): ([SoundEvent], [SoundEvent]) = ([], [])
    for window in scores {
      told += stream.add(window)
      events += detector.add(window)
    }
    told += stream.finish(at: 76)
    events += detector.finish(at: 76)
    #expect(told.inOrder == Self.tree.withoutParents(events.inOrder, shortest: rules.shortestEvent))
  }

  @Test func `are told as soon as they are over`() {
    var stream = CaptionStream(
      EventRules(thresholds: [.init(high: 0.5)]), LabelTree(), hop: 1, window: 1)
    let counts = [0, 1, 0, 0, 0].map { (score: Float) in stream.add([score]).count }
    #expect(counts == [0, 0, 0, 0, 1])
  }
}

@Suite struct `What goes on in a stream` {
  @Test func `is known with its end so far, where no kind of it goes on too`() throws {
    let tree = try LabelTree(
      ontology: Array(#"[{"id":"a","name":"a","child_ids":["b"]},{"id":"b","name":"b","child_ids":[]}]"#.utf8),
      labels: ["a": 0, "b": 1])
    let rules = EventRules(thresholds: [.init(high: 0.5, low: 0.3), .init(high: 0.5, low: 0.3)])
    var stream = CaptionStream(rules, tree, hop: 1, window: 1)
    let told = ([[0.4, 0], [0.6, 0], [0.6, 0.7], [0.6, 0], [0, 0]] as [[Float]]).map { scores in
      _ = stream.add(scores)
      return stream.goingOn.map { [Double($0.label), $0.begin, $0.end] }
    }
    #expect(told == [[], [[0, 0, 2]], [[1, 2, 3]], [[0, 0, 4]], []])
  }
}

@Suite struct `Live captions` {
  /// What is told at each of some windows of a second, of labels of which 1 is a kind of 0.
  private func told(_ scores: [[Float]], shortest: Double = 0.3) throws -> [[LiveCaption]] {
    let tree = try LabelTree(
      ontology: Array(
        #"[{"id":"a","name":"a","child_ids":["b"]},{"id":"b","name":"b","child_ids":[]}]"#.utf8),
      labels: ["a": 0, "b": 1])
    var rules = EventRules(thresholds: scores[0].map { _ in .init(high: 0.5, low: 0.3) })
    rules.shortestEvent = shortest
    var captions = LiveCaptions(rules, tree, hop: 1, window: 1)
    return scores.map { captions.add($0) }
  }

  private func caption(_ id: Int, _ label: Int, _ begin: Double, _ end: Double?, _ score: Float) -> LiveCaption {
    LiveCaption(id: id, label: label, begin: begin, end: end, score: score)
  }

  @Test func `are told when they begin, when they are surer, and when they end`() throws {
    let told = try told([0, 0.6, 0.4, 0.9, 0, 0, 0].map { [$0] })
    #expect(told[0].isEmpty)
    #expect(told[1] == [caption(0, 0, 1, nil, 0.6)])
    #expect(told[2].isEmpty)
    #expect(told[3] == [caption(0, 0, 1, nil, 0.9)])
    #expect(told[4] == [caption(0, 0, 1, 4, 0.9)])
    #expect(told[5...].allSatisfy { $0.isEmpty })
  }

  @Test func `are told once they are long enough`() throws {
    let told = try told([0.9, 0, 0, 0.8, 0.8, 0.8, 0, 0, 0, 0].map { [$0] }, shortest: 2)
    #expect(told[..<4].allSatisfy { $0.isEmpty }, "one second is too short")
    #expect(told[4] == [caption(0, 0, 3, nil, 0.8)])
    #expect(told[6] == [caption(0, 0, 3, 6, 0.8)])
    #expect(told[7...].allSatisfy { $0.isEmpty })
  }

  @Test func `go on with the same number after a short gap, and have another one after a long gap`() throws {
    let told = try told([0.9, 0, 0.8, 0, 0, 0, 0.7].map { [$0] })
    #expect(told[1] == [caption(0, 0, 0, 1, 0.9)])
    #expect(told[2] == [caption(0, 0, 0, nil, 0.9)])
    #expect(told[6] == [caption(1, 0, 6, nil, 0.7)])
  }

  @Test func `of a label end while one of its kinds is heard`() throws {
    let told = try told([[0.9, 0], [0.9, 0.8], [0.9, 0.8], [0.9, 0], [0.9, 0]])
    #expect(told[0] == [caption(0, 0, 0, nil, 0.9)])
    #expect(told[1].contains(caption(0, 0, 0, 1, 0.9)) && told[1].contains(caption(1, 1, 1, nil, 0.8)))
    #expect(told[2].isEmpty)
    #expect(told[3].contains(caption(1, 1, 1, 3, 0.8)))
    let again = try #require(told[3].first { $0.label == 0 })
    #expect(again.id == 2 && again.end == nil && again.begin == 3, "\(told)")
  }
}
