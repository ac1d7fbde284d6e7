import Foundation

/// What a machine must have for some faults.
public enum MachineFeature: Sendable {
  /// Namespaces and mounts of one's own, which takes root.
  case namespaces
  /// The packet filter `nft`.
  case packetFilter
  /// Namespaces in which the machine was started at another time.
  case otherUptime

  /// Whether this machine has it.
  public var isThere: Bool {
    switch self {
    case .namespaces:
      getuid() == 0 && (try? Command.run("unshare", "--net", "--mount", "true")) != nil && Command.exists("ip")
        && Command.exists("tc")
    case .packetFilter: Self.namespaces.isThere && Command.exists("nft")
    case .otherUptime: (try? Command.run("unshare", "--time", "--monotonic", "1000", "--fork", "true")) != nil
    }
  }
}
