import Clusters
import Parameters
import Transport
import Wire

/// Whether the servers of a run answer where they say that they are.
struct ServerFacts {
  struct Server {
    let index: Int
    /// Where it says that it is; `nil` if it does not.
    let address: String?
    /// Why it did not answer; `nil` if it did.
    let error: String?
  }

  var servers: [Server]
}

extension ServerFacts {
  static func gathered(of folder: RunFolder, _ settings: RunSettings) throws -> ServerFacts {
    let members = Members(folder: folder.members)
    guard let first = try members.first() else { return ServerFacts(servers: []) }
    return ServerFacts(
      servers: try (0..<first.count).map { index in
        guard let member = try members.server(index, of: first.count) else {
          return Server(index: index, address: nil, error: nil)
        }
        do {
          let lines = try ServerLines(
            in: Context(), servers: 1, run: settings.run,
            patience: Patience(retrySeconds: 0.5, longestRetrySeconds: 1, giveUpSeconds: 3),
            address: { _ in member.address }, keys: { _ in try member.keys(otherwise: folder.keys) })
          _ = try lines.answer(to: .pull(chunks: []))  // each server answers that
          return Server(index: index, address: member.address, error: nil)
        } catch { return Server(index: index, address: member.address, error: "\(error)") }
      })
  }

  var findings: [Finding] {
    guard !servers.isEmpty else { return [.ok("servers", "none is running")] }
    let wrong = servers.compactMap { server -> Finding? in
      guard let address = server.address else {
        return .problem(
          "server \(server.index)", "it has not said where it is",
          "is it running? see logs/server-\(server.index).log, or start it with the same --count")
      }
      guard let error = server.error else { return nil }
      return .problem(
        "server \(server.index)", "\(address): \(error)",
        "is it running, and does a firewall let this machine through? see logs/server-\(server.index).log")
    }
    return wrong.isEmpty ? [.ok("servers", "all \(servers.count) answer")] : wrong
  }
}
