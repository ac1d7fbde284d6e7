import Datasets
import Foundation
import Telemetry

/// What `antiphon scenes` tells at its end.
struct SceneSummary: Encodable {
  struct Part: Encodable {
    let scenes: Int, recordings: Int
    let meanLabels: Double, chanceMap: Double
  }

  let folder: String
  let scenes: Int, hours: Double, labels: Int
  let splits: [Split: Part]
  /// How many sounds were left out, by kind.
  let skipped: [String: Int]
  let labelsFile: String, report: String

  init(_ report: SceneReport, folder: String) {
    self.folder = folder
    scenes = report.scenes
    hours = Double(report.scenes) * report.settings.seconds / 3600
    labels = report.labels.count
    splits = Dictionary(
      uniqueKeysWithValues: report.settings.parts.map { split in
        let part = Part(
          scenes: report.settings.scenes[split]!, recordings: report.recordings[split]!,
          meanLabels: report.meanLabelsPerScene[split]!, chanceMap: report.chanceMap[split]!)
        return (split, part)
      })
    skipped = report.skippedCounts
    labelsFile = "\(folder)/\(SceneComposition.labelsFileName)"
    self.report = "\(folder)/\(SceneReport.fileName)"
  }

  var lines: [String] {
    let total = "\(TaskProgress.grouped(scenes)) scenes, \(hours.formatted(decimals: 2)) h, \(labels) labels"
    return ["\(folder): \(total), listed in \(labelsFile); how they were made: \(report)"]
      + Split.allCases.compactMap { split in
        splits[split].map { part in
          let labels = String(format: "%.2f labels each, chance mAP %.3f", part.meanLabels, part.chanceMap)
          return "  \(split.rawValue): \(part.scenes) scenes of \(part.recordings) recordings, \(labels)"
        }
      }
  }
}
