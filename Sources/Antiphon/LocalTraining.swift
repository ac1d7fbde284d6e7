import Clusters
import Datasets
import Foundation
import HTTP
import Parameters
import Telemetry
import Tensors

/// A training on this machine: its servers and workers, started and watched until it has ended.
struct LocalTraining {
  let folder: RunFolder
  /// With which each worker computes; `nil` for the cores that there are, shared among the workers.
  var threads: Int?
  /// Where server 0 shows its pages; the others show theirs at the ports that follow. `nil` for nowhere.
  var pages: ListeningPlace?
  /// After so long it is stopped in good order; `nil` for at its last step.
  var seconds: Double?

  /// - Returns: How the run was when it ended.
  func run(stop: StopSignal) throws -> RunStatus {
    let settings = try folder.settings()
    // The workers will need it, who can say less where it is not there.
    _ = try Dataset(opening: settings.dataset, of: nil)
    try folder.endLeftServers()
    try Members(folder: folder.members).clear()
    let evaluators = settings.evaluation == nil ? 0 : 1
    let cluster = try LocalCluster(
      folder,
      wanted: ProcessName.all(servers: settings.servers, workers: settings.workers, evaluators: evaluators),
      programs: Self.programs,
      threads: { [threads] workers in threads ?? AvailableCores().share(among: workers) },
      pages: { [pages] name in
        pages.flatMap { Self.place(of: name, from: $0, servers: settings.servers, evaluators: evaluators) }
      })
    var watch = try TrainingWatch(of: folder, cluster, stop: stop, seconds: seconds)
    return try watch.run()
  }

  /// Where a process shows its pages: the servers first, then the evaluator, then the workers, of whom there may come more.
  private static func place(
    of name: ProcessName, from first: ListeningPlace, servers: Int, evaluators: Int
  ) -> String? {
    let before =
      switch name.role {
      case .server: 0
      case .evaluator: servers
      case .worker: servers + evaluators
      }
    return UInt16(exactly: Int(first.port) + before + name.index).map {
      "\(ListeningPlace(host: first.host, port: $0))"
    }
  }

  /// The folder of this program: the other two are beside it.
  static var programs: String {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
  }
}
