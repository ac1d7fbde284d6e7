import Clusters
import Datasets
import Foundation
import Logging
import Models
import Parameters
import Training
import Transport
import Wire

/// A worker at work: what it was told on the command line, what it hears from server 0, and the loop.
struct WorkerProcess {
  private let index: Int
  private let lines: ServerLines
  private let trainer: Trainer
  private let heartbeat: Heartbeat
  private let log: Logger

  /// Hears the settings, and joins the run.
  init(
    index: Int, servers: ServerDirectory, data: String?, model: String?, patience: Patience, stop: StopSignal,
    log: Logger
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
      isCancelled: { [heartbeat] in stop.isSent || heartbeat.isRunLongOver })
    let incarnation = try lines.join(
      Request.Join(
        index: UInt32(index), process: UInt32(getpid()), manifest: manifest.digest,
        vocabulary: dataset.description.vocabularyDigest))
    log.notice("joined", metadata: ["incarnation": "\(String(incarnation, radix: 16))", "model": "\(settings.model)"])
    heartbeat.start(in: context, run: run, servers: servers, as: incarnation, index: index)
    let patches = LeasedPatches(dataset, capacity: settings.poolPatches, seed: settings.seed ^ incarnation)
    let client = RemoteParameters(
      lines, manifest: manifest, incarnation: incarnation, weights: settings.weightFormat,
      gradients: settings.gradientFormat)
    trainer = Trainer(network, client: client, patches: patches, batch: settings.batch, log: log)
    self.index = index
    self.log = log
  }

  /// Trains until the run has ended or the process is told to go, and takes leave.
  func run() throws {
    defer { heartbeat.stop() }
    do {
      try trainer.run()
    } catch TransportError.cancelled {
      log.notice("told to go: the mini-batch is abandoned")
    }
    do {
      try trainer.leave()
      log.notice("left")
    } catch { log.notice("left without an answer: \(error)") }
  }
}
