/// Captions out of scores, each as soon as nothing that follows can change it: a plain value.
public struct CaptionStream: Sendable {
  private var detector: EventDetector
  private let tree: LabelTree
  private let shortest: Double
  private let labels: Int
  private var ended: [SoundEvent] = []
  /// Of these, the ones that a kind of them which is not over may yet cut.
  private var waiting: [SoundEvent] = []

  /// - Parameters:
  ///   - tree: What is shown is not shown as a kind of sound too.
  ///   - hop: From one window to the next, in seconds.
  ///   - window: The length of a window in seconds.
  public init(_ rules: EventRules, _ tree: LabelTree, hop: Double, window: Double) {
    detector = EventDetector(rules, hop: hop, window: window)
    self.tree = tree
    shortest = rules.shortestEvent
    labels = rules.thresholds.count
  }

  /// Takes the scores of the next window.
  ///
  /// - Parameter scores: One for each label, 0...1.
  /// - Returns: The captions that are certain now, in any order: all of them together are those of the events, without
  ///   parents (`LabelTree`).
  public mutating func add(_ scores: some Sequence<Float>) -> [SoundEvent] {
    let new = detector.add(scores)
    ended += new
    waiting += new
    guard !waiting.isEmpty else { return [] }
    let certain = waiting.filter { event in
      !tree.kinds(of: event.label).contains { detector.beginOfOpen($0).map { $0 < event.end } ?? false }
    }
    waiting.removeAll { certain.contains($0) }
    return certain.flatMap(parts)
  }

  /// The events that are certain and go on, with the ends that they have so far, without those of which a kind goes on too.
  public var goingOn: [SoundEvent] {
    let open = (0..<labels).compactMap { detector.open($0) }.filter(\.goesOn).map(\.event)
    return open.filter { event in !open.contains { tree.isKind($0.label, of: event.label) } }
  }

  /// Ends the recording.
  ///
  /// - Parameter seconds: Its length.
  /// - Returns: The captions that were not told.
  public mutating func finish(at seconds: Double) -> [SoundEvent] {
    let new = detector.finish(at: seconds)
    ended += new
    defer { waiting = [] }
    return (waiting + new).flatMap(parts).inOrder
  }

  private func parts(of event: SoundEvent) -> [SoundEvent] {
    let near = ended.filter { $0.begin < event.end && $0.end > event.begin && tree.isKind($0.label, of: event.label) }
    return tree.withoutParents([event] + near, shortest: shortest).filter { $0.label == event.label }
  }
}
