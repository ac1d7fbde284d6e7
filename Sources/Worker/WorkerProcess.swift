import Clusters
import Datasets
import Foundation
import HTTP
import Logging
import Models
import Parameters
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

  /// Hears the settings, and joins the run.
  ///
  /// - Parameter health: Is told of each stage that is computed, and while servers are waited for.
  init(
    index: Int, servers: ServerDirectory, data: String?, model: String?, patience: Patience, stop: StopSignal,
    health: ProcessHealth, log: Logger
  ) throws {
    let context = try Context()
    let first = try ServerLines(
      in: context, servers: 1, run: 0, patience: patience, address: servers.address(of:), keys: servers.keys(of:),
      isCancelled: { stop.isSent })
    let settings = try first.settings()
    if let model, model != settings.model {
      throw SettingsError("the servers train \(settings.model), this worker was started for \(model)")
    }
    guard settings.servers == servers.count else {
      throw SettingsError("the run has \(settings.servers) servers, the worker was told of \(servers.count)")
    }
    let network = Network(try ModelSpecification(parsing: settings.model), classes: settings.classes)
    let manifest = Manifest(of: network)
    let dataset = try Dataset(opening: data ?? settings.dataset)
    let run = settings.run
    heartbeat = Heartbeat()
    lines = try ServerLines(
      in: Context(threads: settings.lanes), servers: servers.count, lanes: settings.lanes, run: run,
      patience: patience, address: servers.address(of:), keys: servers.keys(of:),
      isCancelled: { [heartbeat] in
        health.turned()
        return stop.isSent || heartbeat.isRunLongOver
      })
    let (incarnation, sampler) = try lines.join(
      Request.Join(
        index: UInt32(index), process: UInt32(getpid()), manifest: manifest.digest,
        vocabulary: dataset.description.vocabularyDigest))
    health.becomeReady()
    log.notice("joined", metadata: ["incarnation": "\(String(incarnation, radix: 16))", "model": "\(settings.model)"])
    heartbeat.start(in: context, run: run, servers: servers, as: incarnation, index: index)
    let patches = Self.patches(of: dataset, settings, index: index, goingOnAt: sampler, log)
    let client = RemoteParameters(
      lines, manifest: manifest, incarnation: incarnation, weights: settings.weightFormat,
      gradients: settings.gradientFormat)
    trainer = Trainer(
      network, client: client, patches: patches, batch: settings.batch, consistency: settings.consistency, log: log,
      onStage: { health.turned() })
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
  ) -> LeasedPatches {
    do {
      if let sampler { return try LeasedPatches(dataset, capacity: settings.poolPatches, state: sampler) }
    } catch { log.notice("what an earlier worker was reading is read from its start: \(error)") }
    var seeds = SeededGenerator(seed: settings.seed, stream: "worker \(index)")
    return LeasedPatches(dataset, capacity: settings.poolPatches, seed: seeds.next())
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
    return lastStep.map { $0 >= steps } ?? false
  }
}
