import Clusters
import Foundation
import Logging
import Parameters
import Telemetry

/// The evaluators of a run and what they have found, as server 0 knows it.
struct Evaluators {
  struct Presence {
    var process: UInt32
    var lastHeard: Double
    /// The step of the checkpoint that it scores, or was told to.
    var scoring: Int?
  }

  /// An evaluator that says nothing for longer is taken for gone.
  private static let silenceSeconds = 10.0
  /// More than anybody has: who says that there are more is wrong.
  private static let mostEvaluators = 100

  private let file: String
  private(set) var present: [UInt32: Presence] = [:]
  /// The processes that were told to go: a sign of life that was on its way then does not bring them back.
  private var dismissed: Set<UInt32> = []
  private(set) var history: ValidationHistory

  /// - Parameter step: The step from which the run goes on.
  init(of folder: RunFolder, at step: Int, log: Logger) throws {
    file = folder.validation
    let results = try RunRecord.read(ValidationResult.self, at: file) { log.warning("\($0)") }
    history = ValidationHistory(results, upTo: step)
  }

  /// The steps of checkpoints that are to be kept: the best one, and those that may turn out to be the best.
  var sparedSteps: Set<Int> { Set(present.values.compactMap(\.scoring) + [history.best?.step].compactMap(\.self)) }

  /// Hears that one lives.
  ///
  /// - Parameter step: Of the checkpoint that it is scoring.
  /// - Returns: Whether it is new.
  mutating func note(_ index: UInt32, process: UInt32, scoring step: Int?, at now: Double) -> Bool {
    let isNew = present[index] == nil
    guard !dismissed.contains(process), !isNew || present.count < Self.mostEvaluators else { return false }
    present[index] = Presence(process: process, lastHeard: now, scoring: step)
    return isNew
  }

  /// Has one score a checkpoint.
  mutating func assign(_ step: Int, to index: UInt32) { present[index]?.scoring = step }

  /// Lets one go that was told to.
  mutating func dismiss(_ index: UInt32, process: UInt32) {
    present[index] = nil
    if dismissed.count < Self.mostEvaluators { dismissed.insert(process) }
  }

  /// Forgets those that are silent.
  ///
  /// - Returns: Which they are.
  mutating func dropSilent(at now: Double) -> [UInt32] {
    let silent = present.filter { now - $0.value.lastHeard > Self.silenceSeconds }.keys.sorted()
    for index in silent { present[index] = nil }
    return silent
  }

  /// Whether nobody has scored a checkpoint of a step, or a later one.
  func isUnscored(_ checkpoint: Int?) -> Bool { checkpoint.map { $0 > history.last?.step ?? -1 } ?? false }

  /// Takes what one has found.
  ///
  /// - Returns: The result, unless it is of a checkpoint that was scored before.
  /// - Throws: What is wrong with it, or why it cannot be recorded; it counts then all the same.
  mutating func take(_ json: [UInt8], newest checkpoint: Int?) throws -> ValidationResult? {
    let result = try JSONDecoder().decode(ValidationResult.self, from: Data(json))
    guard let checkpoint, (0...checkpoint).contains(result.step) else {
      throw ClusterError("expected a result of a checkpoint, there is none of step \(result.step)")
    }
    let isMapInRange = result.map.map { (0...1).contains($0) } ?? true
    guard isMapInRange, result.clips >= 0, result.loss.isFinite else {
      throw ClusterError("expected a mAP of 0 to 1 and a loss, found \(result)")
    }
    guard history.add(result) else { return nil }
    try RunRecord(appendingTo: file).append(result)
    return result
  }
}
