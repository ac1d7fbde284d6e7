import Audio
import Captions
import Checkpoints
import Clusters
import Datasets
import Evaluation
import Foundation
import Parameters
import Telemetry
import Tensors

/// How well a run's network finds sounds in time, in scenes whose times are known.
struct SceneScores: Encodable {
  /// The scores of one label; a score is `nil` where the scenes have no sound of it.
  struct Label: Encodable {
    let name: String
    let onsetF1: Double?
    let intersectionF1: Double?

    private enum CodingKeys: String, CodingKey {
      case name
      case onsetF1 = "onset_f1"
      case intersectionF1 = "intersection_f1"
    }
  }

  /// Of the checkpoint.
  let step: Int
  let timing: ScoreTiming
  let split: Split
  let folder: String
  let scenes: Int
  /// Sounds in them of labels that the network has not, which are left out.
  let unknownSounds: Int
  let onsetF1: Double?
  let intersectionF1: Double?
  let labels: [Label]

  /// Hears all scenes of a part.
  ///
  /// - Parameters:
  ///   - run: Which keeps the thresholds.
  ///   - timing: What was chosen for a network of clips, if anything was.
  ///   - check: Throws where that is to end.
  init(
    _ scorer: RunScorer, of run: RunFolder, _ timing: ScoreTiming?, on folder: String, _ split: Split,
    _ display: ProgressDisplay, check: () throws -> Void
  ) throws {
    let description = scorer.dataset.description
    let times = try SceneTimes(of: folder)
    let paths = times.events.keys.filter { $0.hasPrefix("\(split.rawValue)/") }.sorted()
    guard !paths.isEmpty else { throw SettingsError("expected scenes of the \(split.rawValue) part in \(folder)") }
    let vocabulary = Vocabulary(description.labels)
    var evaluation = EventEvaluation(classes: description.classes)
    let model = try CaptionModel(scorer, of: run, timing, display, check: check)
    var unknown = 0
    for (place, path) in paths.enumerated() {
      try check()
      var file = try SoundFile(path: "\(folder)/\(path)", sampleRate: model.frontEnd.sampleRate)
      let told = try model.captions { try file.read(into: &$0) }.captions.map { ($0.label, $0.begin..<$0.end) }
      let truths = times.events[path]!.compactMap { event in
        vocabulary.index(of: event.label).map { ($0, event.times) }
      }
      unknown += times.events[path]!.count - truths.count
      evaluation.add(
        told: Self.byLabel(told, description.classes), true: Self.byLabel(truths, description.classes))
      display.update(TaskProgress("hear", done: place + 1, total: paths.count, unit: "scenes"))
    }
    display.finish(TaskProgress("hear", done: paths.count, total: paths.count, unit: "scenes"))
    self.timing = model.sound.timing
    (step, self.split, self.folder, scenes) = (scorer.checkpoint.manifest.step, split, folder, paths.count)
    unknownSounds = unknown
    (onsetF1, intersectionF1) = (evaluation.onsetF1, evaluation.intersectionF1)
    labels = description.labels.map { label in
      Label(
        name: label.name, onsetF1: evaluation.byOnset[label.index].f1,
        intersectionF1: evaluation.byIntersection[label.index].f1)
    }
  }

  private static func byLabel(_ events: [(Int, Range<Double>)], _ classes: Int) -> [[Range<Double>]] {
    events.reduce(into: Array(repeating: [], count: classes)) { $0[$1.0].append($1.1) }
  }

  /// For people.
  var lines: [String] {
    func text(_ value: Double?) -> String { value.map { String(format: "%.4f", $0) } ?? "-" }
    let scored = labels.filter { $0.onsetF1 != nil }
    let width = scored.map(\.name.count).max() ?? 0
    let unknown =
      unknownSounds == 0
      ? [] : ["\(TaskProgress.grouped(unknownSounds)) sounds of labels that the network has not are left out"]
    let way = timing == .each ? "" : "by \(timing.rawValue), "
    return [
      "step \(step), \(way)\(TaskProgress.grouped(scenes)) scenes of the \(split.rawValue) part of \(folder)",
      "onset F1 \(text(onsetF1)), intersection F1 \(text(intersectionF1)), mean of \(scored.count) labels",
    ] + unknown
      + scored.sorted { ($1.intersectionF1 ?? 0, $0.name) < ($0.intersectionF1 ?? 0, $1.name) }.map { label in
        let name = label.name.padding(toLength: width, withPad: " ", startingAt: 0)
        return "  \(name)  \(text(label.onsetF1))  \(text(label.intersectionF1))"
      }
  }

  private enum CodingKeys: String, CodingKey {
    case step, timing, split, folder, scenes, labels
    case unknownSounds = "unknown_sounds"
    case onsetF1 = "onset_f1"
    case intersectionF1 = "intersection_f1"
  }
}
