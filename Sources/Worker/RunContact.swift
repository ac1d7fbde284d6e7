import Checkpoints
import Clusters
import Datasets
import Foundation
import Models
import Parameters
import Training
import Transport

/// A run as a process of it needs to know it before it takes part: its settings as server 0 tells them, and what they
/// speak of.
struct RunContact {
  let context: Context
  let servers: ServerDirectory
  let settings: RunSettings
  /// With values that do not matter: they are pulled.
  let network: Network
  let dataset: Dataset
  private let patience: Patience
  let stop: StopSignal

  /// Hears the settings.
  ///
  /// - Parameters:
  ///   - data: The dataset's folder, if it is not the one that the settings name.
  ///   - model: The network that is expected, if one is.
  init(_ servers: ServerDirectory, data: String?, model: String?, patience: Patience, stop: StopSignal) throws {
    context = try Context()
    self.servers = servers
    self.patience = patience
    self.stop = stop
    let first = try ServerLines(
      in: context, servers: 1, run: 0, patience: patience, address: servers.address(of:), keys: servers.keys(of:),
      isCancelled: { stop.isSent })
    settings = try first.settings()
    if let model, model != settings.model {
      throw SettingsError("the servers train \(settings.model), this worker was started for \(model)")
    }
    guard settings.servers == servers.count else {
      throw SettingsError("the run has \(settings.servers) servers, the worker was told of \(servers.count)")
    }
    let specification = try ModelSpecification(parsing: settings.model)
    network = Network(specification, classes: settings.classes)
    dataset = try Dataset(opening: data ?? settings.dataset, for: specification)
    try settings.check(dataset)
  }

  /// The checkpoints of the run, by the path or the address by which server 0 knows them.
  var checkpoints: CheckpointStore {
    get throws {
      guard let place = settings.checkpoints.place else {
        throw SettingsError("expected that server 0 tells where the run's checkpoints are, it does not")
      }
      return try CheckpointStore(
        at: place.hasPrefix("s3:") ? place : nil, orFolder: place, environment: ProcessInfo.processInfo.environment,
        scratch: FileManager.default.temporaryDirectory.path)
    }
  }

  /// Lines to all servers.
  ///
  /// - Parameter isCancelled: Asked while servers are waited for, beside whether the process was told to go.
  func lines(isCancelled: @escaping () -> Bool) throws -> ServerLines {
    try ServerLines(
      in: Context(threads: settings.lanes), servers: servers.count, lanes: settings.lanes, run: settings.run,
      patience: patience, address: servers.address(of:), keys: servers.keys(of:),
      isCancelled: { [stop] in stop.isSent || isCancelled() })
  }
}
