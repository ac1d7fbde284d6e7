internal import Tensors

/// Chooses clips so that each label has about as many, as in the paper's evaluation sets, which had about 33 a class
/// (Hershey et al., section 3.2): the average precision of a label depends on how frequent it is.
///
/// The rarest label chooses first. A clip counts for all its labels, so that a label which comes later needs fewer clips
/// of its own, and may have more of them than was asked for. Which of a label's clips are taken is decided by a checksum
/// of their names: neither by their order in the dataset, nor by lot.
public struct LabelBalance: Equatable, Sendable {
  /// What the choice knows of a clip.
  public struct Clip: Sendable {
    /// Two clips of one recording differ in their start.
    public var identifier: String
    public var start: Float
    public var labels: [Int]

    public init(identifier: String, start: Float, labels: [Int]) {
      self.identifier = identifier
      self.start = start
      self.labels = labels
    }

    fileprivate var checksum: UInt32 {
      var checksum = Checksum()
      checksum.add("\(identifier)\t\(start)")
      return checksum.value
    }
  }

  /// How many clips each label has at least, where there are so many.
  public let clipsPerLabel: Int
  /// The labels that choose; `nil` for all.
  public let labels: Set<Int>?

  public init(clipsPerLabel: Int, among labels: Set<Int>? = nil) {
    precondition(clipsPerLabel > 0, "expected a number of clips above 0, found \(clipsPerLabel)")
    self.clipsPerLabel = clipsPerLabel
    self.labels = labels
  }

  /// - Parameter classes: The number of labels; each index is below it.
  /// - Returns: For each clip whether it is chosen.
  public func choose(from clips: [Clip], classes: Int) -> [Bool] {
    let order = clips.enumerated().map { ($1.checksum, $1.identifier, $1.start, $0) }.sorted(by: <).map(\.3)
    var clipsOfLabel = [[Int]](repeating: [], count: classes)
    for clip in order { for label in Set(clips[clip].labels) { clipsOfLabel[label].append(clip) } }
    var isChosen = [Bool](repeating: false, count: clips.count)
    let choosing = clipsOfLabel.indices.filter { labels?.contains($0) ?? true }
    for label in choosing.sorted(by: { (clipsOfLabel[$0].count, $0) < (clipsOfLabel[$1].count, $1) }) {
      var lacking = clipsPerLabel - clipsOfLabel[label].count { isChosen[$0] }
      for clip in clipsOfLabel[label] where lacking > 0 && !isChosen[clip] {
        isChosen[clip] = true
        lacking -= 1
      }
    }
    return isChosen
  }
}
