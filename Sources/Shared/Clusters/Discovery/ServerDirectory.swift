public import Transport

/// Where the servers of a run are, and how they are spoken to: told once and for all, or read in the run's folder whenever
/// one is looked for.
public struct ServerDirectory: Sendable {
  private enum Places {
    case fixed([ServerAddress])
    case rendezvous(Members, count: Int, run: UInt64)
  }

  /// What told it, as it is called.
  public let source: String
  private let places: Places
  /// Keys that were given for all servers.
  private let given: ClientKeys?

  /// Takes the first that is given.
  ///
  /// - Parameters:
  ///   - servers: `host:port,…`.
  ///   - launcher: What a launcher said.
  ///   - rendezvous: A run's `members` folder, in which all servers have to appear first.
  ///   - keys: The file with the keys of the one who asks.
  ///   - patience: The seconds that this may take.
  public init(
    servers: String?, launcher: Launcher?, rendezvous: String?, keys: String?, patience: Double, isCancelled: () -> Bool
  ) throws {
    given = try keys.map { path throws(ClusterError) in try KeyFolder.client(at: path) }
    if let servers {
      source = "--servers"
      places = .fixed(try ServerAddress.list(parsing: servers))
    } else if let launcher, let addresses = try launcher.servers() {
      source = launcher.name
      places = .fixed(addresses)
    } else if let rendezvous {
      source = "--rendezvous"
      let members = Members(folder: rendezvous)
      guard let found = try members.waitForServers(timeoutSeconds: patience, isCancelled: isCancelled) else {
        throw TransportError.cancelled
      }
      places = .rendezvous(members, count: found.count, run: found[0].run)
    } else {
      throw ClusterError(
        "expected to be told where the servers are: by --servers host:port,…, by TF_CONFIG, by a heterogeneous job of "
          + "Slurm, or by --rendezvous RUN/members")
    }
  }

  public var count: Int {
    switch places {
    case .fixed(let addresses): addresses.count
    case .rendezvous(_, let count, _): count
    }
  }

  /// `host:port` of a server, as it is now.
  @Sendable public func address(of index: Int) throws -> String {
    switch places {
    case .fixed(let addresses): return "\(addresses[index])"
    case .rendezvous(let members, let count, _):
      guard let member = try members.server(index, of: count) else {
        throw ClusterError("server \(index) of \(count) is not in \(members.folder)")
      }
      return member.address
    }
  }

  /// With which keys a server is spoken to, as it is now; `nil` if plainly.
  @Sendable public func keys(of index: Int) throws -> ClientKeys? {
    switch places {
    case .fixed: given
    case .rendezvous(let members, let count, _):
      try members.server(index, of: count)?.keys(given: given, otherwise: KeyFolder(beside: members))
    }
  }
}
