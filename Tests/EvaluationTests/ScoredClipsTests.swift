import Evaluation
import Testing

@Suite struct `Scored clips` {
  /// Two clips of three classes.
  let two: ScoredClips

  init() throws {
    var clips = ScoredClips(classes: 3)
    try clips.add(scores: [0.1, 0.2, 0.3], labels: [0, 2])
    try clips.add(scores: [0.3, 0.2, 0.1], labels: [])
    two = clips
  }

  @Test(
    arguments: [
      ([0.5, .nan, 0.5], [0], EvaluationError.scoreIsNaN(clip: 2, label: 1)),
      ([0.5, 0.5, -.nan], [0], .scoreIsNaN(clip: 2, label: 2)),
      ([0.5, 0.5], [0], .wrongScoreCount(clip: 2, expected: 3, found: 2)),
      ([0.5, 0.5, 0.5, 0.5], [0], .wrongScoreCount(clip: 2, expected: 3, found: 4)),
      ([0.5, 0.5, 0.5], [0, 3], .unknownLabel(clip: 2, label: 3, classes: 3)),
      ([0.5, 0.5, 0.5], [-1], .unknownLabel(clip: 2, label: -1, classes: 3)),
    ] as [([Float], [Int], EvaluationError)])
  func `refuse a clip that makes no sense, and stay as they were`(
    scores: [Float], labels: [Int], expected: EvaluationError
  ) {
    var clips = two
    #expect(throws: expected) { try clips.add(scores: scores, labels: labels) }
    #expect(clips == two)
    #expect(!expected.description.contains("\n"))
  }

  @Test func `tell which score is no number`() {
    #expect(
      EvaluationError.scoreIsNaN(clip: 2, label: 1).description
        == "expected a number as the score of clip 2 for class 1, found NaN")
  }

  @Test func `count a label once, in whatever order the labels come`() throws {
    var once = two
    var twice = two
    try once.add(scores: [0.5, 0.5, 0.5], labels: [0, 1])
    try twice.add(scores: [0.5, 0.5, 0.5], labels: [1, 0, 1])
    #expect(once == twice)
    #expect(once.count == 3)
    #expect(try EvaluationReport(twice, names: ["a", "b", "c"]).perClass.map(\.positives) == [2, 1, 1])
  }

  @Test func `take infinite scores as the ends of the order`() throws {
    let report = try EvaluationReport(
      clips: [[.infinity], [1], [-.infinity], [0]], labels: [[0], [0], [], []], names: ["a"])
    #expect(report.auc == 1)
  }
}
