internal import Foundation

/// How the keeper of a host is, as it says in a file of the run's folder.
public struct KeeperState: Codable, Equatable, Sendable {
  public enum State: String, Codable, Sendable {
    case keeping
    /// The run has ended.
    case done
    /// The run cannot go on.
    case failed
  }

  public var state: State
  /// Why it failed.
  public var reason: String?

  public init(_ state: State, reason: String? = nil) {
    self.state = state
    self.reason = reason
  }
}

extension RunFolder {
  public func placement() throws(ClusterError) -> Placement? { try JSONFile.read(Placement.self, at: placementFile) }

  public func write(_ placement: Placement) throws(ClusterError) { try JSONFile.write(placement, to: placementFile) }

  /// Forgets which hosts had the run; only for the one who is about to start it otherwise.
  public func forgetPlacement() throws(ClusterError) {
    guard FileManager.default.fileExists(atPath: placementFile) else { return }
    do {
      try FileManager.default.removeItem(atPath: placementFile)
    } catch { throw ClusterError("cannot remove \(placementFile): \(error.localizedDescription)") }
  }

  /// Whether some host has had a keeper since this start of the run.
  public var hasKeepers: Bool { !keeperStates.isEmpty }

  /// The names of the files in which keepers say how they are.
  private var keeperStates: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: keepers)) ?? []).filter { $0.hasSuffix(".json") }
  }

  /// `nil` where no keeper of this start of the run has been on the host yet.
  func keeperState(of host: String) throws(ClusterError) -> KeeperState? {
    try JSONFile.read(KeeperState.self, at: "\(keepers)/\(host).json")
  }

  public func write(_ state: KeeperState, of host: String) throws(ClusterError) {
    try JSONFile.write(state, to: "\(keepers)/\(host).json")
  }

  /// Forgets the keepers of an earlier start of the run; only for the one who is about to start them all.
  public func clearKeeperStates() throws(ClusterError) {
    for name in keeperStates {
      do {
        try FileManager.default.removeItem(atPath: "\(keepers)/\(name)")
      } catch { throw ClusterError("cannot remove \(keepers)/\(name): \(error.localizedDescription)") }
    }
  }

  /// What the keeper of a host says.
  func keeperLog(of host: String) -> String { "\(logs)/host-\(host).log" }
}
