import Foundation
import Tensors

/// Clips with labels about as frequent as AudioSet's, and scores by which they are found with few mistakes.
///
/// AudioSet's clips have about two labels each: two classes (speech, music) that nearly half of the clips have, and of
/// the others most are rare. A fifth of the scores is rounded to thousandths, so that many are equal.
struct RandomClips {
  private(set) var scores: [Float]
  private(set) var labels: [Int] = []

  /// By class, the share of clips that have it, of 2^32.
  private let priors: [UInt64]
  private var generator: SeededGenerator

  init(classes: Int, seed: UInt64) {
    scores = Array(repeating: 0, count: classes)
    priors = (0..<classes).map { UInt64((($0 < 2 ? 0.5 : 0.2 / Double($0 + 1)) * 0x1p32)) }
    generator = SeededGenerator(seed: seed)
  }

  /// Makes the next clip the current one.
  mutating func advance() {
    labels.removeAll(keepingCapacity: true)
    for label in scores.indices {
      let bits = generator.next()
      let isPositive = bits & 0xffff_ffff < priors[label]
      if isPositive { labels.append(label) }
      let uniform = Float(bits >> 40) * 0x1p-24
      let score = isPositive ? uniform : uniform * uniform * uniform
      scores[label] = (bits >> 32) & 0xff < 51 ? (score * 1000).rounded() / 1000 : score
    }
  }

  /// Appends the current clip to two files: its scores, and a byte for each class that tells whether it has it.
  func write(scores scoresFile: FileHandle, labels labelsFile: FileHandle) throws {
    try scoresFile.write(contentsOf: unsafe scores.withUnsafeBytes { unsafe Data($0) })
    var bytes = Data(count: scores.count)
    for label in labels { bytes[label] = 1 }
    try labelsFile.write(contentsOf: bytes)
  }
}
