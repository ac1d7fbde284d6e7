/// The scores of some thousand clips, those for one class together, so that a class is read without the others.
struct ScoreBlock: Equatable, Sendable {
  /// The number of clips in all blocks but the last. A power of two would have all classes of a clip share a few lines
  /// of the processor's caches.
  static let capacity = 1000
  /// So many that a clip's scores for them fill lines of cache, and so few that theirs stay there for the next clip.
  private static let classesAtOnce = 64

  /// The number of clips.
  let clips: Int
  private let keys: [UInt32]  // [classes, clips], of `ScoreKey`

  /// - Parameter scores: `[clips, classes]`.
  init(transposing scores: [Float], clips: Int, classes: Int) {
    precondition(scores.count == clips * classes, "a score for each clip and class")
    var keys = Array(repeating: UInt32(0), count: scores.count)
    var target = keys.mutableSpan
    for first in stride(from: 0, to: classes, by: Self.classesAtOnce) {
      let some = first..<min(first + Self.classesAtOnce, classes)
      for clip in 0..<clips {
        for label in some { target[label &* clips &+ clip] = ScoreKey.key(of: scores[clip &* classes &+ label]) }
      }
    }
    self.clips = clips
    self.keys = keys
  }

  /// Copies the keys of the clips' scores for a class, by clip, to where the first shall be and those that follow.
  func copyKeys(of label: Int, to target: inout [UInt32], at first: Int) {
    let column = keys.span.extracting(label * clips..<(label + 1) * clips)
    var target = target.mutableSpan
    for clip in column.indices { target[first &+ clip] = column[clip] }
  }
}
