import Clusters
import Foundation
import Parameters
import Telemetry

/// What the files of a run tell of its training.
struct RunHistory {
  private static let mostPoints = 400

  /// The name of its folder.
  let name: String
  let settings: RunSettings
  /// The last one, as it was recorded; `nil` where nothing was.
  let status: RunStatus?
  let cost: RunCost
  let points: [CurvePoint]
  let validation: [ValidationResult]
  let events: [RunEvent]

  init(_ folder: RunFolder) throws {
    name = URL(filePath: folder.path).standardizedFileURL.lastPathComponent
    settings = try folder.settings()
    var last: RunStatus?
    var cost = RunCost()
    var curve = ThinnedCurve<CurvePoint>(most: Self.mostPoints, step: \.step)
    var record = RecordTail<RunStatus>(folder.metrics)
    try record.readNew { status in
      last = status
      cost.add(status)
      _ = curve.add(CurvePoint(status))
    }
    status = last
    self.cost = cost
    points = curve.points
    validation = try RunRecord.read(ValidationResult.self, at: folder.validation)
    var events: [RunEvent] = []
    var eventRecord = RecordTail<RunEvent>(folder.events)
    try eventRecord.readNew { events.append($0) }
    self.events = events
  }
}
