import Audio
import Captions
import Clusters
import Datasets
import Foundation
import Parameters
import Telemetry

/// What makes captions: a run's network, its labels, and the rules by which scores become captions. A value: a copy is for
/// another thread.
struct CaptionModel: Sendable {
  let sound: SoundNetwork
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
    let kept = KeptDataset(of: folder)
    let scorer = try RunScorer(
      folder, data: kept.place(insteadOfThatOf: folder.settings()), options.best ? .best : .newest, note: note)
    try self.init(
      scorer, of: folder, options.timing.timing, threshold: options.threshold, background: options.background,
      ontology: options.ontology, minimumDuration: options.minimumDuration, display, check: check)
    do {
      try kept.keep(scorer.dataset)
    } catch { display.note("what captions need of the dataset is not kept: cannot write \(kept.folder)") }
  }

  /// - Parameters:
  ///   - folder: Of the run, which keeps the thresholds.
  ///   - timing: What was chosen for a network of clips, if anything was.
  ///   - threshold: Of all labels; `nil` for the run's own.
  ///   - background: Labels that are named once, with ';' between, as many names have commas; `nil` for speech and music.
  ///   - ontology: The path of AudioSet's.
  ///   - minimumDuration: Shorter sounds are none, in seconds; `nil` for what the rules have.
  init(
    _ scorer: RunScorer, of folder: RunFolder, _ timing: ScoreTiming?, threshold: Float? = nil,
    background: String? = nil, ontology: String? = nil, minimumDuration: Double? = nil, _ display: ProgressDisplay,
    check: () throws -> Void
  ) throws {
    let description = scorer.dataset.description
    let vocabulary = Vocabulary(description.labels)
    sound = try SoundNetwork(scorer, timing, KeptDataset(of: folder))
    names = description.labels.map(\.name)
    tree = try Self.tree(ontology, vocabulary)
    let scores =
      try threshold.map { Array(repeating: $0, count: description.classes) }
      ?? RunThresholds(of: folder, scorer, sound, display, check: check).scores
    var rules = EventRules(thresholds: scores.map { EventRules.Thresholds(high: $0) })
    rules.background = tree.withKinds(of: try Self.background(background, vocabulary))
    rules.shortestEvent = minimumDuration ?? rules.shortestEvent
    self.rules = rules
  }

  var frontEnd: FrontEndSettings { sound.frontEnd }

  /// The captions of a recording that is about to be heard.
  var captions: CaptionStream { CaptionStream(rules, tree, hop: sound.hop, window: sound.window) }
  /// Those of sound that goes on.
  var liveCaptions: LiveCaptions { LiveCaptions(rules, tree, hop: sound.hop, window: sound.window) }

  /// The captions of a whole recording.
  ///
  /// - Parameter read: Replaces its argument with the next samples at 16 kHz; `false` at the end.
  /// - Returns: They, in order, and the length of the recording in seconds.
  func captions(reading read: (inout [Float]) throws -> Bool) throws -> (captions: [SoundEvent], seconds: Double) {
    var scores = SoundScores(sound)
    var stream = captions
    var heard: [SoundEvent] = []
    var block: [Float] = []
    while try read(&block) {
      for window in try scores.add(block) { heard += stream.add(window.scores) }
    }
    for window in try scores.finish() { heard += stream.add(window.scores) }
    heard += stream.finish(at: scores.seconds)
    return (heard.inOrder, scores.seconds)
  }

  private static func background(_ names: String?, _ vocabulary: Vocabulary) throws -> Set<Int> {
    guard let names else { return Set(["Speech", "Music"].compactMap { vocabulary.index(of: $0) }) }
    return Set(
      try names.split(separator: ";").map { name in
        let name = name.trimmingCharacters(in: .whitespaces)
        guard let index = vocabulary.index(of: name) else {
          throw CaptionError("--background: expected labels of the network, found '\(name)'")
        }
        return index
      })
  }

  private static func tree(_ ontology: String?, _ vocabulary: Vocabulary) throws -> LabelTree {
    guard let ontology else { return LabelTree() }
    guard let json = FileManager.default.contents(atPath: ontology) else {
      throw CaptionError("cannot read the ontology \(ontology)")
    }
    let names = vocabulary.labels.flatMap { label in
      [(label.name, label.index)] + (label.identifier.isEmpty ? [] : [(label.identifier, label.index)])
    }
    do {
      return try LabelTree(ontology: Array(json), labels: Dictionary(names) { first, _ in first })
    } catch { throw CaptionError("\(ontology): \(error)") }
  }
}
