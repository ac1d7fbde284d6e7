internal import Foundation
internal import Glibc
public import Parameters

/// The folder of a run, with everything about one training; on a disk that all servers share.
///
///     configuration.json   the whole configuration: resuming needs nothing else
///     checkpoints/         one folder each
///     keys/                what its processes prove to each other; nobody else may read it
///     checks/              what each server found in checkpoints when it started
///     members/             where each server is
///     generations/         an empty file for each start of each server
///     metrics.jsonl        the record of the training
///     validation.jsonl     what evaluators found at checkpoints
///     thresholds/          from which scores on captions name a label, for each checkpoint that made any
///     dataset/             what captions need of the dataset, which has no clips
///     events.jsonl         who joined and left, which checkpoints were made
///     tensorboard/         curves and histograms, a folder for each of TensorBoard's runs
///     logs/                what each process said
///     placement.json       which host has which processes, where the run is on several by ssh
///     hosts/               how the keeper of each of those hosts is
public struct RunFolder: Sendable {
  public let path: String

  public var checkpoints: String { "\(path)/checkpoints" }
  public var checks: String { "\(path)/checks" }
  public var members: String { "\(path)/members" }
  public var generations: String { "\(path)/generations" }
  public var metrics: String { "\(path)/metrics.jsonl" }
  public var events: String { "\(path)/events.jsonl" }
  public var validation: String { "\(path)/validation.jsonl" }
  public var thresholds: String { "\(path)/thresholds" }
  public var tensorBoard: String { "\(path)/tensorboard" }
  public var logs: String { "\(path)/logs" }
  var placementFile: String { "\(path)/placement.json" }
  var keepers: String { "\(path)/hosts" }
  public var keys: KeyFolder { KeyFolder("\(path)/keys") }
  private var configuration: String { "\(path)/configuration.json" }

  /// Opens the folder of a run that exists.
  public init(opening path: String) throws(ClusterError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: configuration) else {
      throw ClusterError("expected the folder of a run, but there is no \(configuration)")
    }
  }

  /// Makes the folder of a new run, with keys of its own where there are none yet.
  public init(creating path: String, _ settings: RunSettings) throws(ClusterError) {
    self.path = path
    guard !FileManager.default.fileExists(atPath: configuration) else {
      throw ClusterError("\(path) holds a run already: go on with --resume, or choose another folder")
    }
    for folder in [path, checkpoints, logs] { try makeFolder(folder) }
    if !keys.exists { try keys.create() }
    try write(settings)
  }

  public func settings() throws(ClusterError) -> RunSettings {
    guard let settings = try JSONFile.read(RunSettings.self, at: configuration) else {
      throw ClusterError("\(configuration) has gone")
    }
    return settings
  }

  /// Replaces the configuration; processes that run keep the one with which they started.
  public func write(_ settings: RunSettings) throws(ClusterError) {
    try JSONFile.write(settings, to: configuration)
  }

  /// Removes a new run of which nothing was started.
  ///
  /// - Parameter all: Whether the folder goes too; otherwise what was there before stays, as keys may be.
  public func discard(all: Bool) throws(ClusterError) {
    for path in all ? [path] : [configuration, placementFile] where FileManager.default.fileExists(atPath: path) {
      do {
        try FileManager.default.removeItem(atPath: path)
      } catch { throw ClusterError("cannot remove \(path): \(error.localizedDescription)") }
    }
  }

  /// Whether an 'antiphon train' watches the run.
  public var isWatched: Bool {
    do {
      _ = try RunLock(self)
      return false
    } catch { return true }
  }
}

/// Keeps two supervisors from one run. The system lets go of it when the process ends, however it ends (`flock`).
public struct RunLock: ~Copyable {
  private let descriptor: Int32

  public init(_ folder: RunFolder) throws(ClusterError) {
    try self.init(
      "\(folder.path)/lock",
      taken: "the run in \(folder.path) is being trained by another 'antiphon train': stop that one first")
  }

  /// Keeps two from doing the trainings of one experiment.
  public init(ofExperiment folder: String) throws(ClusterError) {
    try self.init(
      "\(folder)/lock", taken: "the experiment in \(folder) is being done by another process: stop that one first")
  }

  /// Keeps two keepers from one host of a run.
  public init(_ folder: RunFolder, host: String) throws(ClusterError) {
    try makeFolder(folder.keepers)
    try self.init("\(folder.keepers)/\(host).lock", taken: "\(host) has a keeper of the run in \(folder.path) already")
  }

  private init(_ path: String, taken: String) throws(ClusterError) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw ClusterError("cannot open \(path): \(unsafe String(cString: strerror(errno)))")
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw ClusterError(taken, mayPass: true)
    }
    self.descriptor = descriptor
  }

  deinit { close(descriptor) }
}
