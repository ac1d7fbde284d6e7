import Captions
import Models
import Tensors
import Testing
import Training

@testable import Antiphon

/// The timings of networks of clips, with networks as they begin.
@Suite struct `Scores in time` {
  private static let models = [
    "average-pooling-1x16", "max-pooling-1x16", "single-attention-1x16", "multi-level-attention-2x16",
    "feature-level-attention-1x16", "second-order-attention-1x16-r2",
  ]
  private static let labels = 3

  private func network(_ model: String) throws -> Network {
    var network = Network(try ModelSpecification(parsing: model), classes: Self.labels)
    for (index, parameter) in network.parameters.enumerated() {
      network.setValue(
        ofParameter: index, fromRow: 0, values: network.initialValues(of: parameter, seed: 3).values)
    }
    return network
  }

  /// `count` vectors, the numbers of which say which of them are the same.
  private func vectors(_ numbers: [Int]) -> Tensor {
    Tensor(
      [numbers.count, 1, 1, 128],
      values: numbers.flatMap { number in
        var generator = SeededGenerator(seed: UInt64(number))
        return generator.normal(128, deviation: 1)
      })
  }

  private func score(_ numbers: [Int], _ network: Network) -> [Float] {
    var scorer = ClipScorer(network)
    return scorer.scores(ofPatches: vectors(numbers).reshaped([1, numbers.count, 1, 128]))
  }

  private func scores(_ numbers: [Int], _ network: Network, _ timing: ScoreTiming) throws -> [[Float]] {
    var scores = TimedScores(network, timing)
    return try scores.add(vectors(numbers)) + scores.finish()
  }

  private func isNear(_ one: [Float], _ other: [Float]) -> Bool {
    one.count == other.count && zip(one, other).allSatisfy { abs($0 - $1) < 1e-5 }
  }

  @Test(arguments: models) func `by windows are those of clips of five vectors, each of them twice`(
    model: String
  ) throws {
    let network = try network(model)
    let found = try scores(Array(0..<10), network, .windows)
    let windows = [Array(0..<5), Array(2..<7), Array(4..<9), Array(6..<10)]
    #expect(found.count == windows.count)
    for (scores, numbers) in zip(found, windows) { #expect(isNear(scores, score(numbers + numbers, network))) }
    #expect(
      try isNear(scores([7, 8], network, .windows)[0], score([7, 8], network)), "of what is shorter, there is one")
    #expect(try scores(Array(0..<7), network, .windows).count == 2, "none is of what all others have heard")
  }

  @Test(arguments: models) func `by frames are those of each vector alone, and none that stands alone`(
    model: String
  ) throws {
    let network = try network(model)
    let (one, other) = (score([1], network), score([2], network))
    #expect(!isNear(one, other))
    let lonely = try scores([1, 1, 2, 1, 1], network, .frames)
    #expect(lonely.count == 5 && lonely.allSatisfy { isNear($0, one) })
    let pair = try scores([1, 1, 2, 2, 1, 1], network, .frames)
    #expect(pair.count == 6)
    for (index, scores) in pair.enumerated() { #expect(isNear(scores, (2...3).contains(index) ? other : one)) }
    #expect(try scores([2], network, .frames).map { isNear($0, other) } == [true])
  }

  @Test(arguments: [ScoreTiming.windows, .frames]) func `are none where a network has none`(timing: ScoreTiming) throws
  {
    var network = try network("single-attention-1x16")
    let last = network.parameters.count - 1
    let size = network.parameters[last].shape.reduce(1, *)
    network.setValue(ofParameter: last, fromRow: 0, values: Array(repeating: Float.nan, count: size).span)
    let error = #expect(throws: CaptionError.self) { try scores(Array(0..<5), network, timing) }
    #expect(error?.description.contains("found NaN") == true)
  }

  @Test(arguments: [ScoreTiming.each, .windows, .frames]) func `are the same however the vectors come`(
    timing: ScoreTiming
  ) throws {
    let network = try network(timing == .each ? "fc-1x16-i128" : "single-attention-1x16")
    let expected = try scores(Array(0..<23), network, timing)
    var timed = TimedScores(network, timing)
    for size in [1, 2, 4, 7, 11] {
      var found: [[Float]] = []
      for first in stride(from: 0, to: 23, by: size) {
        found += try timed.add(vectors(Array(first..<min(first + size, 23))))
      }
      found += try timed.finish()
      #expect(found.count == expected.count && zip(found, expected).allSatisfy(isNear), "\(size) at a time")
    }
  }
}
