import Datasets
import Foundation
import Telemetry

/// What `antiphon prepare` tells at its end.
struct PrepareSummary: Encodable {
  struct Part: Encodable {
    let clips: Int, patches: Int, shards: Int
  }

  let dataset: String
  let clips: Int, patches: Int, hours: Double, labels: Int
  let splits: [Split: Part]
  /// How many sounds were left out, by kind.
  let skipped: [String: Int]
  let report: String

  init(_ report: PreparationReport, _ description: DatasetDescription, folder: String) {
    dataset = folder
    clips = report.clips
    patches = report.patches
    hours = report.seconds / 3600
    labels = report.classes
    splits = description.splits.mapValues { Part(clips: $0.clips, patches: $0.patches, shards: $0.shards.count) }
    skipped = report.skippedCounts
    self.report = "\(folder)/\(PreparationReport.fileName)"
  }

  var lines: [String] {
    let total = "\(TaskProgress.grouped(clips)) clips, \(hours.formatted(decimals: 2)) h, \(labels) labels"
    return ["\(dataset): \(total)"]
      + Split.allCases.compactMap { split in
        guard let part = splits[split], part.clips > 0 else { return nil }
        return "  \(split.rawValue): \(TaskProgress.grouped(part.clips)) clips in \(part.shards) shards"
      }
  }
}
