/// A machine of a cluster that is reached by ssh.
public struct ClusterHost: Codable, Equatable, Sendable {
  /// What ssh is given: a name, an address, an alias of its configuration, or one of these behind `user@`.
  public let name: String
  /// How many workers it has room for.
  public let slots: Int
}
