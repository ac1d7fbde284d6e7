import ArgumentParser
import Captions
import Clusters
import Datasets
import Foundation
import Models
import Parameters
import Telemetry
import Tensors

struct Caption: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes what sounds in a recording, and when: captions for who cannot hear it.",
    discussion: """
      The network of a run hears windows of 975 ms, each 480 ms after the one before. A label is heard where its score \
      reaches a threshold, and as long as it stays above 0.6 of that; the thresholds are those that were best on the \
      validation part of the run's dataset, and are kept in the run's folder.

      Example: antiphon caption film.ogg --model runs/first --ontology ontology.json > film.vtt
      """)

  @Argument(help: "A sound file of any kind that libsndfile reads: WAV, FLAC, Ogg, Opus, MP3.")
  var file: String

  @Option(help: "The folder of a run.")
  var model: String

  @Option(
    help: "'vtt' (WebVTT), 'srt' or 'json' (default: vtt).",
    transform: { text in
      guard let format = CaptionFormat(rawValue: text) else {
        throw ValidationError("expected vtt, srt or json, found '\(text)'")
      }
      return format
    })
  var format = CaptionFormat.vtt

  @Option(help: "The threshold of all labels, 0...1, in place of those that were chosen.")
  var threshold: Float?

  @Option(help: "AudioSet's ontology.json: what is shown is not shown as a kind of sound too, Dog not as Animal.")
  var ontology: String?

  @Option(help: "Labels that go on in the background, with commas between, where there are such: named once.")
  var background = "Speech,Music"

  func validate() throws {
    if let threshold, !(0...1).contains(threshold) {
      throw ValidationError("--threshold must be in 0...1, it is \(threshold).")
    }
  }

  func run() throws {
    try reportingErrors {
      let folder = try RunFolder(opening: model)
      let scorer = try RunScorer(folder) { note in
        FileHandle.standardError.write(Data("antiphon caption: \(note)\n".utf8))
      }
      let network = scorer.network.specification
      guard case .patch = network.input else {
        throw SettingsError("expected a network of log-mel patches, \(network) is one of \(network.input)")
      }
      let labels = scorer.dataset.description.labels
      let tree = try tree(of: Vocabulary(labels))
      try Interruption.watched(goesOn: false) { display, check in
        let pool = ThreadPool(threads: AvailableCores().count)
        try ThreadPool.$current.withValue(pool) {
          let rules = try rules(folder, scorer, display, check)
          let heard = try hear(scorer, rules, check)
          let events = tree.withoutParents(heard.events, shortest: rules.shortestEvent)
          print(format.text(events, names: labels.map(\.name)), terminator: "")
          let speed = Int(heard.seconds / max(heard.taken, 1e-3))
          display.note(
            "\(events.count) sounds in \(TaskProgress.time(heard.seconds)), \(speed) times as fast as it plays")
        }
      }
    }
  }

  private func rules(
    _ folder: RunFolder, _ scorer: RunScorer, _ display: ProgressDisplay, _ check: () throws -> Void
  ) throws -> EventRules {
    let classes = scorer.dataset.description.classes
    let scores =
      try threshold.map { Array(repeating: $0, count: classes) }
      ?? RunThresholds(of: folder, scorer, display, check: check).scores
    var rules = EventRules(thresholds: scores.map { EventRules.Thresholds(high: $0) })
    let vocabulary = Vocabulary(scorer.dataset.description.labels)
    rules.background = Set(background.split(separator: ",").compactMap { vocabulary.index(of: String($0)) })
    return rules
  }

  /// - Returns: What sounds, how long the recording is, and how long hearing it took, in seconds.
  private func hear(
    _ scorer: RunScorer, _ rules: EventRules, _ check: () throws -> Void
  ) throws -> (events: [SoundEvent], seconds: Double, taken: Double) {
    let start = ContinuousClock.now
    var scores = SoundScores(scorer.network, scorer.dataset.description.frontEnd)
    var detector = EventDetector(rules, hop: scores.hop, window: scores.window)
    var events: [SoundEvent] = []
    let seconds = try scores.hear(file) { window in
      try check()
      events += detector.add(window)
    }
    events += detector.finish(at: seconds)
    return (events.inOrder, seconds, (ContinuousClock.now - start) / .seconds(1))
  }

  private func tree(of vocabulary: Vocabulary) throws -> LabelTree {
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
