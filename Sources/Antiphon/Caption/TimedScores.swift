import Captions
import Models
import Tensors
import Training

/// The scores of a network over time, as its examples come, patches or vectors.
struct TimedScores {
  private var scorer: ClipScorer
  private let timing: ScoreTiming
  /// The values of examples that belong to a score which is not computed yet.
  private var waiting: [Float] = []
  /// The shape of an example.
  private var shape: [Int] = []
  /// The last two scores, to be smoothed.
  private var last: [[Float]] = []
  private var hasBegun = false

  /// - Parameter batch: The most scores that are computed at once.
  init(_ network: Network, _ timing: ScoreTiming, batch: Int = 64) {
    scorer = ClipScorer(network, batch: batch)
    self.timing = timing
  }

  /// Takes the next examples.
  ///
  /// - Parameter examples: `[n, frames, bands, 1]` of log-mel patches, or `[n, 1, 1, size]` of vectors.
  /// - Returns: The scores that are certain now, one for each label, 0...1.
  /// - Throws: `CaptionError` where a score is no number, as those of a network are whose training went astray.
  mutating func add(_ examples: Tensor) throws(CaptionError) -> [[Float]] {
    guard examples.shape[0] > 0 else { return [] }
    switch timing {
    case .each: return try rows(examples)
    case .frames: return smoothed(try rows(examples))
    case .windows:
      shape = Array(examples.shape.dropFirst())
      let values = examples.values
      for index in values.indices { waiting.append(values[index]) }
      return try windows()
    }
  }

  /// Ends them; what is taken afterwards begins anew.
  ///
  /// - Returns: The scores that were not told. A last window has the vectors that are left, where one of them was in none.
  mutating func finish() throws(CaptionError) -> [[Float]] {
    defer { (waiting, last, hasBegun) = ([], [], false) }
    switch timing {
    case .each: return []
    case .frames: return last.last.map { [$0] } ?? []
    case .windows:
      let size = shape.reduce(1, *)
      let heard = hasBegun ? timing.examples - timing.hop : 0
      guard waiting.count > heard * size else { return [] }
      return try rows(Tensor([1, waiting.count / size] + shape.dropFirst(), values: waiting))
    }
  }

  private mutating func rows(_ examples: Tensor) throws(CaptionError) -> [[Float]] {
    let outputs = scorer.outputs(ofPatches: examples)
    let (values, classes) = (outputs.values, outputs.shape[1])
    if let wrong = values.indices.first(where: { values[$0].isNaN }) {
      throw CaptionError("expected numbers as the network's scores, found NaN for class \(wrong % classes)")
    }
    return (0..<outputs.shape[0]).map { row in (0..<classes).map { values[row * classes + $0] } }
  }

  /// The scores of the windows that are whole.
  private mutating func windows() throws(CaptionError) -> [[Float]] {
    let size = shape.reduce(1, *)
    let (length, hop) = (timing.examples * size, timing.hop * size)
    let starts = stride(from: 0, through: waiting.count - length, by: hop)
    let count = Array(starts).count
    guard count > 0 else { return [] }
    let values = starts.flatMap { waiting[$0..<$0 + length] }
    waiting.removeFirst(count * hop)
    hasBegun = true
    return try rows(Tensor([count, timing.examples] + shape.dropFirst(), values: values))
  }

  /// Each of the scores becomes the median of itself and its two neighbours; the first and the last one have but one, and
  /// stay.
  private mutating func smoothed(_ new: [[Float]]) -> [[Float]] {
    var result: [[Float]] = []
    for scores in new {
      if last.count == 2 {
        result.append(
          scores.indices.map { label in [last[0][label], last[1][label], scores[label]].sorted()[1] })
        last.removeFirst()
      } else if last.count == 1 {
        result.append(last[0])
      }
      last.append(scores)
    }
    return result
  }
}
