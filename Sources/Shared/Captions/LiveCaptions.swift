/// A caption of sound that goes on.
public struct LiveCaption: Equatable, Sendable {
  /// The same for the same caption, as it is told anew.
  public let id: Int
  public let label: Int
  /// In seconds from the beginning.
  public let begin: Double
  /// `nil` while it goes on.
  public let end: Double?
  /// The highest score so far, 0...1.
  public let score: Float
}

/// Captions while the sound is heard, told when they begin, when they end, and when something about them changes: a plain
/// value.
public struct LiveCaptions: Sendable {
  private var detector: EventDetector
  private let tree: LabelTree
  private let labels: Int
  private var told: [Int: LiveCaption] = [:]
  /// Until when a kind of a label was heard in its place.
  private var replaced: [Int: Double] = [:]
  private var count = 0

  /// - Parameters: As of `CaptionStream`.
  public init(_ rules: EventRules, _ tree: LabelTree, hop: Double, window: Double) {
    detector = EventDetector(rules, hop: hop, window: window)
    self.tree = tree
    labels = rules.thresholds.count
  }

  /// Takes the scores of the next window.
  ///
  /// - Parameter scores: One for each label, 0...1.
  /// - Returns: The captions that are not as they were told.
  public mutating func add(_ scores: some Sequence<Float>) -> [LiveCaption] {
    let over = detector.add(scores)
    let open = (0..<labels).compactMap { detector.open($0) }
    var changes: [LiveCaption] = []
    for event in over { end(event.label, at: event.end, event.score, &changes) }
    for (event, goesOn) in open {
      // A kind of it that is heard now says more; where that one ends, it may come again, as another caption.
      if let kind = open.first(where: { $0.goesOn && tree.isKind($0.event.label, of: event.label) }) {
        end(event.label, at: max(kind.event.begin, told[event.label]?.begin ?? 0), event.score, &changes)
        replaced[event.label] = event.end
      } else {
        let begin = max(event.begin, replaced[event.label] ?? 0)
        let caption = LiveCaption(
          id: told[event.label]?.id ?? count, label: event.label, begin: told[event.label]?.begin ?? begin,
          end: goesOn ? nil : event.end, score: event.score)
        guard told[event.label] != caption else { continue }
        if told[event.label] == nil { count += 1 }
        told[event.label] = caption
        changes.append(caption)
      }
    }
    return changes
  }

  private mutating func end(_ label: Int, at end: Double, _ score: Float, _ changes: inout [LiveCaption]) {
    guard let last = told.removeValue(forKey: label) else { return }
    let caption = LiveCaption(id: last.id, label: label, begin: last.begin, end: end, score: max(score, last.score))
    if caption != last { changes.append(caption) }
  }
}
