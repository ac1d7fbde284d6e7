import Faults
import Testing

/// Runs of real processes to which faults happen. Their end and the exact sum of what was pushed are the judges.
@Suite struct `A run` {
  @Test(arguments: Scenario.unprivileged)
  func `loses nothing and hangs nowhere`(when scenario: Scenario) throws {
    try scenario.run(seed: 1, steps: 100, isQuick: true)
  }

  @Test(arguments: Scenario.privileged.filter(\.isPossible))
  func `on hosts of its own loses nothing and hangs nowhere`(when scenario: Scenario) throws {
    try scenario.run(seed: 1, steps: 100, isQuick: true)
  }
}
