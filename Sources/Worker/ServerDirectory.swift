import Clusters
import Transport

/// Where the servers of a run are, and how they are spoken to: told once and for all, or read in the run's folder whenever
/// one is looked for.
struct ServerDirectory: Sendable {
  private enum Source {
    case fixed([ServerAddress])
    case rendezvous(Members, count: Int, run: UInt64)
  }

  private let source: Source
  /// Keys that were given for all servers.
  private let given: ClientKeys?

  /// - Parameters:
  ///   - servers: `host:port,…`; or
  ///   - rendezvous: a run's `members` folder, in which all servers have to appear first.
  ///   - keys: The file with this worker's keys.
  ///   - patience: The seconds that this may take.
  init(
    servers: String?, rendezvous: String?, keys: String?, patience: Double, isCancelled: () -> Bool
  ) throws {
    given = try keys.map { try KeyFolder.client(at: $0) }
    if let servers {
      source = .fixed(try ServerAddress.list(parsing: servers))
    } else {
      let members = Members(folder: rendezvous ?? "")
      guard let found = try members.waitForServers(timeoutSeconds: patience, isCancelled: isCancelled) else {
        throw TransportError.cancelled
      }
      source = .rendezvous(members, count: found.count, run: found[0].run)
    }
  }

  var count: Int {
    switch source {
    case .fixed(let addresses): addresses.count
    case .rendezvous(_, let count, _): count
    }
  }

  /// `host:port` of a server, as it is now.
  @Sendable func address(of index: Int) throws -> String {
    switch source {
    case .fixed(let addresses): return "\(addresses[index])"
    case .rendezvous(let members, let count, _):
      guard let member = try members.server(index, of: count) else {
        throw ClusterError("server \(index) of \(count) is not in \(members.folder)")
      }
      return member.address
    }
  }

  /// With which keys a server is spoken to, as it is now; `nil` if plainly.
  @Sendable func keys(of index: Int) throws -> ClientKeys? {
    switch source {
    case .fixed: given
    case .rendezvous(let members, let count, _):
      try members.server(index, of: count)?.keys(given: given, otherwise: KeyFolder(beside: members))
    }
  }
}
