/// What a worker is to do.
public enum WorkerRole: String, CaseIterable, Sendable {
  /// Compute gradients.
  case train
  /// Score checkpoints.
  case evaluate
}

/// What started a process in a cluster, and told it by its environment who it is and where the servers are.
public enum Launcher: Sendable {
  case tensorFlow(TFConfig)
  case slurm(SlurmAllocation)

  /// The first that there is: `TF_CONFIG`, then Slurm.
  ///
  /// - Throws: `ClusterError` if what one says cannot be understood.
  public init?(_ environment: [String: String]) throws(ClusterError) {
    if let configuration = try TFConfig(environment) {
      self = .tensorFlow(configuration)
    } else if let allocation = try SlurmAllocation(environment) {
      self = .slurm(allocation)
    } else {
      return nil
    }
  }

  /// An environment in which no launcher says anything: for processes that were started by other means within a job.
  static func silenced(_ environment: [String: String]) -> [String: String] {
    environment.filter { $0.key != "TF_CONFIG" && $0.key != "SLURM_PROCID" }
  }

  public var name: String {
    switch self {
    case .tensorFlow: "TF_CONFIG"
    case .slurm: "Slurm's environment"
    }
  }

  /// Which server this process is.
  public func serverIndex() throws(ClusterError) -> Int {
    switch self {
    case .tensorFlow(let configuration): try configuration.serverIndex()
    case .slurm(let allocation): try allocation.serverIndex()
    }
  }

  /// Which worker this process is; `nil` where that is not told.
  public func workerIndex() throws(ClusterError) -> Int? {
    switch self {
    case .tensorFlow(let configuration): try configuration.workerIndex()
    case .slurm(let allocation): allocation.workerIndex
    }
  }

  /// What a worker is to do; `nil` where that is not told.
  public func workerRole() -> WorkerRole? {
    switch self {
    case .tensorFlow(let configuration): configuration.workerRole
    case .slurm: nil
    }
  }

  /// Where the servers are, by their indices; `nil` where that is not told.
  public func servers() throws(ClusterError) -> [ServerAddress]? {
    switch self {
    case .tensorFlow(let configuration): configuration.servers
    case .slurm(let allocation): try allocation.servers(reachedAt: SlurmNodes.hosts(of:))
    }
  }

  /// Where a server is to listen, on all of its host's addresses.
  ///
  /// - Returns: The port, and where others reach it if that is told.
  ///
  /// - Throws: `ClusterError` if the launcher knows of no such server.
  public func place(ofServer index: Int) throws(ClusterError) -> (port: UInt16, host: String?) {
    switch self {
    case .tensorFlow(let configuration):
      guard configuration.servers.indices.contains(index) else {
        throw ClusterError(
          "TF_CONFIG: expected an address of server \(index), it has \(configuration.servers.count) ps")
      }
      return (configuration.servers[index].port, configuration.servers[index].host)
    case .slurm(let allocation):
      return (allocation.port(ofServer: index), allocation.launchAddress.flatMap { HostAddress.own(towards: $0) })
    }
  }
}
