import Clusters
import Datasets
import Foundation
import HTTP
import Logging
import Models
import Parameters
import Programs
import Telemetry
import Tensors
import Training
import Transport
import Wire

/// A worker at work: what it was told on the command line, what it hears from server 0, and the loop.
struct WorkerProcess {
  private let index: Int
  private let lines: ServerLines
  private let trainer: Trainer
  private let heartbeat: Heartbeat
  private let steps: Int
  private let log: Logger

  /// Joins the run.
  ///
  /// - Parameter pages: Are told of each stage and mini-batch that is computed, and while servers are waited for.
  init(_ run: RunContact, index: Int, pages: ProcessPages, log: Logger) throws {
    let settings = run.settings
    let health = pages.health
    let manifest = Manifest(of: run.network)
    let heartbeat = Heartbeat()
    self.heartbeat = heartbeat
    lines = try run.lines {
      health.turned()
      return heartbeat.isRunLongOver
    }
    let (incarnation, sampler) = try lines.join(
      Request.Join(
        index: UInt32(index), process: UInt32(getpid()), manifest: manifest.digest,
        vocabulary: run.dataset.description.vocabularyDigest))
    health.becomeReady()
    log.notice("joined", metadata: ["incarnation": "\(String(incarnation, radix: 16))", "model": "\(settings.model)"])
    heartbeat.start(in: run) {
      .report(incarnation: incarnation, index: UInt32(index), process: UInt32(getpid()))
    }
    let patches = try Self.patches(of: run.dataset, settings, index: index, goingOnAt: sampler, log)
    let client = RemoteParameters(
      lines, manifest: manifest, incarnation: incarnation, weights: settings.weightFormat,
      gradients: settings.gradientFormat)
    trainer = Trainer(
      run.network, client: client, patches: patches, batch: settings.batch, loss: settings.loss,
      consistency: settings.consistency, log: log, onStage: { health.turned() },
      onBatch: { pages.metrics.show($0.prometheusMetrics) })
    self.index = index
    steps = settings.steps
    self.log = log
  }

  /// The patches to train on: those that a worker of this index had left, or others. What is drawn depends on the index,
  /// and not on who joined first.
  ///
  /// - Parameter sampler: Where that worker was, if that is known.
  private static func patches(
    of dataset: Dataset, _ settings: RunSettings, index: Int, goingOnAt sampler: String?, _ log: Logger
  ) throws -> any PatchSource {
    var seeds = SeededGenerator(seed: settings.seed, stream: "worker \(index)")
    let (seed, augmentations) = (seeds.next(), settings.augmentations)
    func patches(goingOnAt sampler: String?) throws -> any PatchSource {
      switch (settings.sampling, sampler) {
      case (.balanced, _):
        try BalancedPatches(dataset, seed: seed, state: sampler, augmentations: augmentations)
      case (.uniform, let sampler?):
        try LeasedPatches(dataset, capacity: settings.poolPatches, state: sampler, augmentations: augmentations)
      case (.uniform, nil):
        LeasedPatches(dataset, capacity: settings.poolPatches, seed: seed, augmentations: augmentations)
      }
    }
    do {
      return try patches(goingOnAt: sampler)
    } catch  where sampler != nil {
      log.notice("what an earlier worker was reading is read from its start: \(error)")
      return try patches(goingOnAt: nil)
    }
  }

  /// Trains until the run has ended or the process is told to go, and takes leave.
  ///
  /// - Returns: Whether the run has all its steps.
  func run() throws -> Bool {
    defer { heartbeat.stop() }
    var lastStep: Int?
    do {
      lastStep = try trainer.run()
    } catch TransportError.cancelled {
      lastStep = heartbeat.lastStep
      log.notice("told to go: the mini-batch is abandoned")
    }
    do {
      try trainer.leave()
      log.notice("left")
    } catch { log.notice("left without an answer: \(error)") }
    return lastStep.map { $0 >= steps || $0 >= latestSteps } ?? false
  }

  /// The steps that the run is to have now: fewer than at first, where it has ended early.
  private var latestSteps: Int { (try? lines.settings().steps) ?? steps }
}

extension Coordinator.Completion {
  /// What a worker shows of its last mini-batch.
  fileprivate var prometheusMetrics: [PrometheusMetric] {
    [
      PrometheusMetric(
        "antiphon_worker_batches_total", .counter, help: "Mini-batches that this worker has computed.", Double(clock)),
      PrometheusMetric("antiphon_worker_loss", help: "The loss of the last one.", Double(loss)),
      PrometheusMetric("antiphon_worker_batch_examples", help: "The patches of the last one.", Double(examples)),
      PrometheusMetric("antiphon_worker_step_seconds", help: "How long the last one took.", Double(seconds)),
      PrometheusMetric(
        "antiphon_worker_waited_seconds", help: "How long of that the worker waited for servers.", Double(waitedSeconds)
      ),
    ]
  }
}
