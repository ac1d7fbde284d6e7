internal import Foundation

/// Which labels are kinds of others, as AudioSet's `ontology.json` has it.
public struct LabelTree: Equatable, Sendable {
  /// For each label those that it is a kind of, near and far.
  private let ancestors: [Int: Set<Int>]

  /// Without any order among labels.
  public init() { ancestors = [:] }

  /// - Parameters:
  ///   - json: A list of objects with `id`, `name` and `child_ids`.
  ///   - labels: By identifier or by name, the index of each label that is used.
  /// - Throws: `CaptionError` where that is something else.
  public init(ontology json: [UInt8], labels: [String: Int]) throws(CaptionError) {
    struct Node: Decodable {
      let id: String
      let name: String
      let childIds: [String]

      enum CodingKeys: String, CodingKey {
        case id, name
        case childIds = "child_ids"
      }
    }
    guard let nodes = try? JSONDecoder().decode([Node].self, from: Data(json)) else {
      throw CaptionError("expected AudioSet's ontology, a list of objects with id, name and child_ids")
    }
    let byId = Dictionary(nodes.map { ($0.id, $0) }) { first, _ in first }
    func index(_ id: String) -> Int? { labels[id] ?? byId[id].flatMap { labels[$0.name] } }
    var ancestors: [Int: Set<Int>] = [:]
    for node in nodes {
      guard let parent = index(node.id) else { continue }
      // Through nodes that are no labels too; a graph that is no tree, or has circles, is walked once.
      var (seen, left) = (Set([node.id]), node.childIds)
      while let id = left.popLast() {
        guard seen.insert(id).inserted else { continue }
        if let child = index(id) { ancestors[child, default: []].insert(parent) }
        left += byId[id]?.childIds ?? []
      }
    }
    self.ancestors = ancestors
  }

  /// Whether a label is a kind of another.
  public func isKind(_ label: Int, of other: Int) -> Bool { ancestors[label]?.contains(other) == true }

  /// Some labels, and those that are kinds of them.
  public func withKinds(of labels: Set<Int>) -> Set<Int> {
    labels.union(ancestors.keys.filter { !ancestors[$0]!.isDisjoint(with: labels) })
  }

  /// The labels that are kinds of another.
  func kinds(of other: Int) -> [Int] { ancestors.keys.filter { isKind($0, of: other) } }

  /// Takes from each event what lies within an event of a kind of it: who reads "Dog" need not read "Animal" beside it.
  ///
  /// - Parameter shortest: What is left of an event and shorter goes, in seconds.
  public func withoutParents(_ events: [SoundEvent], shortest: Double) -> [SoundEvent] {
    events.flatMap { event in
      let kinds = events.filter { $0.label != event.label && isKind($0.label, of: event.label) }
      guard !kinds.isEmpty else { return [event] }
      var (parts, begin) = ([SoundEvent](), event.begin)
      for kind in kinds.sorted(by: { $0.begin < $1.begin }) {
        if kind.begin > begin { parts.append(event.cut(from: begin, to: min(kind.begin, event.end))) }
        begin = max(begin, kind.end)
      }
      if begin < event.end { parts.append(event.cut(from: begin, to: event.end)) }
      return parts.filter { $0.seconds >= shortest }
    }.inOrder
  }
}

extension SoundEvent {
  fileprivate func cut(from begin: Double, to end: Double) -> SoundEvent {
    SoundEvent(label: label, begin: begin, end: end, score: score)
  }
}

/// Why captions cannot be made: what was expected, and what came.
public struct CaptionError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
