import Clusters
import Parameters
import Transport

extension ServerLines {
  /// A line to server 0 of a run, wherever it says in the run's folder that it is.
  ///
  /// - Parameter giveUpSeconds: How long a silent server 0 is waited for.
  convenience init(toLeaderOf folder: RunFolder, giveUpSeconds: Double) throws {
    let members = Members(folder: folder.members)
    try self.init(
      in: Context(), servers: 1, run: folder.settings().run,
      patience: Patience(retrySeconds: 0.5, longestRetrySeconds: 1, giveUpSeconds: giveUpSeconds),
      address: { _ in
        guard let member = try members.first() else { throw ClusterError("server 0 has not said where it is") }
        return member.address
      }, keys: { _ in try members.first()?.keys(otherwise: folder.keys) })
  }
}
