import Checkpoints
import Clusters
import Foundation
import Parameters
import Telemetry

/// Reads all that the dashboard shows, as it comes. Used by one thread.
struct RunObserver {
  private static let mostEvents = 200
  private static let mostPoints = 1500

  private let folder: RunFolder
  private let questions: RunQuestions
  private let store: CheckpointStore
  private var history: RecordTail<RunStatus>
  private var eventTail: RecordTail<RunEvent>
  private var events: [RunEvent] = []
  private var checkpoints: [CheckpointName] = []
  private var checkpointStep: Int?
  private(set) var curve = ThinnedCurve<CurvePoint>(most: mostPoints, step: \.step)

  init(_ folder: RunFolder) throws {
    self.folder = folder
    questions = try RunQuestions(of: folder)
    store = try CheckpointStore(of: folder, folder.settings())
    history = RecordTail(folder.metrics)
    eventTail = RecordTail(folder.events)
  }

  /// - Returns: The points that the curves have got, or `nil` where they were thinned.
  mutating func readPoints() throws -> [CurvePoint]? {
    var added: [CurvePoint]? = []
    try history.readNew { status in
      let point = CurvePoint(status)
      switch curve.add(point) {
      case .none: break
      case .added: added?.append(point)
      case .thinned: added = nil
      }
    }
    return added
  }

  mutating func picture() throws -> RunPicture {
    let settings = try folder.settings()
    let isRecorded = FileManager.default.fileExists(atPath: folder.metrics)
    let status = try questions.liveStatus() ?? (isRecorded ? RunQuestions.recordedStatus(of: folder) : nil)
    try eventTail.readNew { events.append($0) }
    events.removeFirst(max(0, events.count - Self.mostEvents))
    // Where the place of the checkpoints does not answer, it is asked again the next time.
    if status?.lastCheckpointStep != checkpointStep, let committed = try? store.committed() {
      checkpointStep = status?.lastCheckpointStep
      checkpoints = committed
    }
    let validation = try RunRecord.read(ValidationResult.self, at: folder.validation)
    let best = ValidationHistory(validation).best?.step
    return RunPicture(
      run: URL(filePath: folder.path).lastPathComponent, model: settings.model, labels: settings.classes,
      batch: settings.batch, consistency: "\(settings.consistency)", optimizer: settings.optimizer.name, status: status,
      validation: validation, events: events,
      checkpoints: checkpoints.map { .init(name: "\($0)", step: $0.step, isBest: $0.step == best) })
  }
}
