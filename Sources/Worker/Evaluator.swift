import Checkpoints
import Clusters
import Datasets
import Evaluation
import Foundation
import HTTP
import Logging
import Models
import Parameters
import Programs
import Synchronization
import Telemetry
import Training
import Transport
import Wire

/// An evaluator at work: it scores clips of the validation part with the weights of each new checkpoint, which it must see
/// where the servers do, and tells server 0 what came out. It takes no part in the training.
struct Evaluator {
  /// Where checkpoints come late, as over NFS, which looks for new files now and then only.
  private static let longestLateness = 60.0

  private let lines: ServerLines
  private let store: CheckpointStore
  private let contact: RunContact
  private let index: Int
  /// The step of the checkpoint that is being scored; 0 for none.
  private let scoring = Scoring()
  private let heartbeat: Heartbeat
  private let threads: Int
  private let mostClips: Int
  private let pages: ProcessPages
  private let log: Logger

  init(_ contact: RunContact, index: Int, threads: Int, pages: ProcessPages, log: Logger) throws {
    let clips = contact.dataset.description.splits[.validation]?.clips ?? 0
    guard clips > 0 else {
      throw DatasetError.invalid(path: contact.dataset.folder, reason: "there are no clips in its validation part")
    }
    store = try contact.checkpoints
    self.contact = contact
    self.threads = threads
    self.pages = pages
    let health = pages.health
    self.log = log
    let heartbeat = Heartbeat()
    self.heartbeat = heartbeat
    lines = try contact.lines {
      health.turned()
      return heartbeat.isRunLongOver
    }
    self.index = index
    heartbeat.start(in: contact) { [scoring] in scoring.sign(of: index) }
    health.becomeReady()
    let policy = contact.settings.evaluation ?? EvaluationPolicy()
    mostClips = policy.clips
    log.notice(
      "here", metadata: ["model": "\(contact.settings.model)", "clips": "\(min(clips, mostClips)) of \(clips)"])
  }

  /// Scores until the run has ended, or the process is told to go; it takes leave then, so that nobody waits for what it
  /// was scoring.
  func run() throws {
    defer { heartbeat.stop() }
    do {
      try scoreAll()
    } catch TransportError.cancelled where contact.stop.isSent {
      do {
        try lines.takeLeave(.retire(index: UInt32(index), process: UInt32(getpid())))
        log.notice("left")
      } catch { log.notice("left without an answer: \(error)") }
      throw TransportError.cancelled
    }
    log.notice("the run has ended")
  }

  private func scoreAll() throws {
    while case .directive(let told) = try lines.answer(to: scoring.sign(of: index)), told.directive != .finish {
      pages.health.turned()
      if told.directive == .proceed {
        scoring.step.store(UInt64(told.step), ordering: .relaxed)
        let result = try score(checkpoint: told.step)
        guard try lines.answer(to: .validation(Array(JSONEncoder().encode(result)))) == .done else {
          throw TransportError.refused("server 0 does not take the result of step \(told.step)")
        }
        pages.metrics.show(result.prometheusMetrics)
        scoring.step.store(0, ordering: .relaxed)
      } else {
        Thread.sleep(forTimeInterval: 0.2)
      }
    }
  }

  private func score(checkpoint step: Int) throws -> ValidationResult {
    let start = ContinuousClock.now
    let scored = try DatasetScorer(network(atStep: step), contact.dataset, loss: contact.settings.loss).run(
      .validation, ClipSelection(first: mostClips, of: contact.dataset.shards(of: .validation)), threads: threads,
      into: Scored(clips: ScoredClips(classes: contact.network.classes))
    ) { [stop = contact.stop, heartbeat, health = pages.health] _ in
      health.turned()
      if stop.isSent || heartbeat.lastStep != nil { throw TransportError.cancelled }
    } add: {
      try $0.add($1)
    }
    let report = try EvaluationReport(scored.clips, names: contact.dataset.description.labels.map(\.name))
    return ValidationResult(
      unixSeconds: Date().timeIntervalSince1970, step: step, clips: report.clips,
      loss: scored.lossSum / Double(scored.patches),
      map: report.meanAveragePrecision, auc: report.auc, dPrime: report.dPrime,
      seconds: (ContinuousClock.now - start) / .seconds(1))
  }

  /// The network as a checkpoint has it.
  private func network(atStep step: Int) throws -> Network {
    let start = ContinuousClock.now
    while true {
      if let checkpoint = try store.checked(atStep: step) { return try Network(contact.settings, from: checkpoint) }
      guard ContinuousClock.now - start < .seconds(Self.longestLateness) else {
        throw SettingsError(
          "expected the checkpoint of step \(step) in \(store.location), where the servers have it: it is not there")
      }
      if contact.stop.isSent || heartbeat.isRunLongOver { throw TransportError.cancelled }
      pages.health.turned()
      Thread.sleep(forTimeInterval: 0.5)
    }
  }
}

extension ValidationResult {
  /// What an evaluator shows of the last checkpoint that it scored.
  fileprivate var prometheusMetrics: [PrometheusMetric] {
    [
      PrometheusMetric(
        "antiphon_evaluator_step", help: "The step of the checkpoint that was scored last.", Double(step)),
      PrometheusMetric("antiphon_evaluator_seconds", help: "How long it took.", seconds),
      PrometheusMetric("antiphon_evaluator_loss", help: "Its loss.", loss),
    ]
      + [
        map.map { PrometheusMetric("antiphon_evaluator_map", help: "Its mean average precision.", $0) },
        auc.map { PrometheusMetric("antiphon_evaluator_auc", help: "Its area under the ROC curve.", $0) },
        dPrime.map { PrometheusMetric("antiphon_evaluator_d_prime", help: "Its d-prime.", $0) },
      ].compactMap(\.self)
  }
}

/// Which checkpoint is being scored, for both who tell server 0.
private final class Scoring: Sendable {
  let step = Atomic<UInt64>(0)

  func sign(of index: Int) -> Request {
    .attend(index: UInt32(index), process: UInt32(getpid()), scoring: step.load(ordering: .relaxed))
  }
}

/// The clips that were scored, and the loss of all their patches.
private struct Scored: Sendable {
  var clips: ScoredClips
  var lossSum = 0.0
  var patches = 0

  mutating func add(_ clip: DatasetScorer.ScoredClip) throws {
    try clips.add(scores: clip.scores, labels: clip.labels)
    lossSum += clip.loss * Double(clip.patches)
    patches += clip.patches
  }
}
