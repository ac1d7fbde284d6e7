import Audio
import Captions
import Clusters
import Datasets
import Foundation
import Models
import Telemetry

/// What makes captions: a run's network, its labels, and the rules by which scores become captions. A value: a copy is for
/// another thread.
struct CaptionModel: Sendable {
  let network: Network
  let frontEnd: FrontEndSettings
  /// The names of labels, by index.
  let names: [String]
  let rules: EventRules
  let tree: LabelTree

  /// - Parameters:
  ///   - check: Throws where that is to end.
  ///   - note: Is told of each checkpoint that is damaged, and not used.
  init(
    _ options: CaptionOptions, _ display: ProgressDisplay, check: () throws -> Void, note: (String) -> Void
  ) throws {
    let folder = try RunFolder(opening: options.model)
    let scorer = try RunScorer(folder, note: note)
    let description = scorer.dataset.description
    let vocabulary = Vocabulary(description.labels)
    network = scorer.network
    frontEnd = description.frontEnd
    names = description.labels.map(\.name)
    tree = try Self.tree(options.ontology, vocabulary)
    let scores =
      try options.threshold.map { Array(repeating: $0, count: description.classes) }
      ?? RunThresholds(of: folder, scorer, display, check: check).scores
    var rules = EventRules(thresholds: scores.map { EventRules.Thresholds(high: $0) })
    rules.background = Set(options.background.split(separator: ",").compactMap { vocabulary.index(of: String($0)) })
    self.rules = rules
  }

  /// In seconds, from one window to the next.
  var hop: Double { SoundScores.hop(frontEnd) }
  /// In seconds.
  var window: Double { SoundScores.window(frontEnd) }

  /// The captions of a recording that is about to be heard.
  var captions: CaptionStream { CaptionStream(rules, tree, hop: hop, window: window) }
  /// Those of sound that goes on.
  var liveCaptions: LiveCaptions { LiveCaptions(rules, tree, hop: hop, window: window) }

  private static func tree(_ ontology: String?, _ vocabulary: Vocabulary) throws -> LabelTree {
    guard let ontology else { return LabelTree() }
    guard let json = FileManager.default.contents(atPath: ontology) else {
      throw CaptionError("cannot read the ontology \(ontology)")
    }
    let names = vocabulary.labels.flatMap { label in
      [(label.name, label.index)] + (label.identifier.isEmpty ? [] : [(label.identifier, label.index)])
    }
    return try LabelTree(ontology: Array(json), labels: Dictionary(names) { first, _ in first })
  }
}
