import Clusters
import Transport

/// Where the servers of a run are: told once and for all, or read in the run's folder whenever one is looked for.
enum ServerDirectory: Sendable {
  case fixed([ServerAddress])
  case rendezvous(Members, count: Int, run: UInt64)

  /// - Parameters:
  ///   - servers: `host:port,…`; or
  ///   - rendezvous: a run's `members` folder, in which all servers have to appear first.
  ///   - patience: The seconds that this may take.
  init(
    servers: String?, rendezvous: String?, patience: Double, isCancelled: () -> Bool
  ) throws {
    if let servers {
      self = .fixed(try ServerAddress.list(parsing: servers))
    } else {
      let members = Members(folder: rendezvous ?? "")
      guard let found = try members.waitForServers(timeoutSeconds: patience, isCancelled: isCancelled) else {
        throw TransportError.cancelled
      }
      self = .rendezvous(members, count: found.count, run: found[0].run)
    }
  }

  var count: Int {
    switch self {
    case .fixed(let addresses): addresses.count
    case .rendezvous(_, let count, _): count
    }
  }

  /// `host:port` of a server, as it is now.
  func address(of index: Int) throws -> String {
    switch self {
    case .fixed(let addresses): return "\(addresses[index])"
    case .rendezvous(let members, let count, _):
      guard let member = try members.server(index, of: count) else {
        throw ClusterError("server \(index) of \(count) is not in \(members.folder)")
      }
      return member.address
    }
  }
}
