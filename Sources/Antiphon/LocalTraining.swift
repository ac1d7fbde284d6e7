import Clusters
import Foundation
import Parameters
import Telemetry
import Tensors

/// A training on this machine: its servers and workers, started and watched until it has ended.
struct LocalTraining {
  let folder: RunFolder
  /// With which each worker computes; `nil` for the cores that there are, shared among the workers.
  var threads: Int?
  /// After so long it is stopped in good order; `nil` for at its last step.
  var seconds: Double?

  /// - Returns: How the run was when it ended.
  func run(stop: StopSignal) throws -> RunStatus {
    let settings = try folder.settings()
    try folder.endLeftServers()
    try Members(folder: folder.members).clear()
    let cluster = try LocalCluster(
      folder,
      wanted: ProcessName.all(
        servers: settings.servers, workers: settings.workers, evaluators: settings.evaluation == nil ? 0 : 1),
      programs: Self.programs,
      threads: { [threads] workers in threads ?? AvailableCores().share(among: workers) })
    var watch = try TrainingWatch(of: folder, cluster, stop: stop, seconds: seconds)
    return try watch.run()
  }

  /// The folder of this program: the other two are beside it.
  static var programs: String {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
  }
}
