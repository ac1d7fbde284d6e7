import Faults
import Testing

/// Runs of real processes to which faults happen. Their end and the exact sum of what was pushed are the judges.
@Suite struct `A run` {
  @Test(arguments: Scenario.unprivileged)
  func `loses nothing and hangs nowhere`(when scenario: Scenario) async throws {
    _ = try await onOwnThread { try scenario.run(seed: 1, steps: 100, isQuick: true) }
  }

  @Test(
    .enabled(if: MachineFeature.namespaces.isThere, "needs root, ip and tc"),
    arguments: Scenario.privileged.filter { $0.needs == [.namespaces] })
  func `on hosts of its own loses nothing and hangs nowhere`(when scenario: Scenario) async throws {
    _ = try await onOwnThread { try scenario.run(seed: 1, steps: 100, isQuick: true) }
  }

  @Test(
    .enabled(if: MachineFeature.packetFilter.isThere, "needs root and nft"),
    arguments: Scenario.privileged.filter { $0.needs == [.packetFilter] })
  func `on lines that lose packets loses nothing and hangs nowhere`(when scenario: Scenario) async throws {
    _ = try await onOwnThread { try scenario.run(seed: 1, steps: 100, isQuick: true) }
  }

  @Test(
    .enabled(if: MachineFeature.otherUptime.isThere, "needs root and time namespaces"),
    arguments: Scenario.privileged.filter { $0.needs == [.otherUptime] })
  func `on machines of other ages loses nothing and hangs nowhere`(when scenario: Scenario) async throws {
    _ = try await onOwnThread { try scenario.run(seed: 1, steps: 100, isQuick: true) }
  }
}
