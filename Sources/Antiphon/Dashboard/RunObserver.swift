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
  /// `nil` where it cannot be looked into from here, as a bucket without a name and a key.
  private let store: CheckpointStore?
  private var nextListing = ContinuousClock.now
  private var history: RecordTail<RunStatus>
  private var eventTail: RecordTail<RunEvent>
  private var events: [RunEvent] = []
  private var checkpoints: [CheckpointName] = []
  private var checkpointStep: Int?
  private(set) var curve = ThinnedCurve<CurvePoint>(most: mostPoints, step: \.step)

  init(_ folder: RunFolder) throws {
    self.folder = folder
    questions = try RunQuestions(of: folder)
    store = try? CheckpointStore(of: folder, folder.settings())
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

  /// Lists the checkpoints where there is a new one. Where their place does not answer, it is asked again in a minute: that
  /// takes a while.
  private mutating func list(upTo step: Int?) {
    guard step != checkpointStep, ContinuousClock.now >= nextListing, let store else { return }
    if let committed = try? store.committed() {
      checkpointStep = step
      checkpoints = committed
    } else {
      nextListing = ContinuousClock.now + .seconds(60)
    }
  }

  mutating func picture() throws -> RunPicture {
    let settings = try folder.settings()
    let isRecorded = FileManager.default.fileExists(atPath: folder.metrics)
    let status = try questions.liveStatus() ?? (isRecorded ? RunQuestions.recordedStatus(of: folder) : nil)
    try eventTail.readNew { events.append($0) }
    events.removeFirst(max(0, events.count - Self.mostEvents))
    list(upTo: status?.lastCheckpointStep)
    let validation = try RunRecord.read(ValidationResult.self, at: folder.validation)
    let best = ValidationHistory(validation).best?.step
    return RunPicture(
      run: URL(filePath: folder.path).lastPathComponent, model: settings.model, labels: settings.classes,
      batch: settings.batch, consistency: "\(settings.consistency)", optimizer: settings.optimizer.name, status: status,
      validation: validation, events: events,
      checkpoints: checkpoints.map { .init(name: "\($0)", step: $0.step, isBest: $0.step == best) })
  }
}
