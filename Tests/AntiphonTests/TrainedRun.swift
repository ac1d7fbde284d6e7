import Foundation
import Telemetry
import Testing

/// A small training by the real programs, in a scratch folder.
struct TrainedRun {
  let scratch: Scratch
  let dataset: String
  let folder: String

  init(_ name: String, of dataset: String, in scratch: Scratch) {
    self.scratch = scratch
    self.dataset = dataset
    folder = scratch.path(name)
  }

  /// What 'antiphon train' is given for a new run.
  func options(steps: Int) -> [String] {
    [
      "train", "--model", "fc-2x32", "--data", dataset, "--run", folder, "--servers", "2", "--workers", "2",
      "--steps", "\(steps)", "--batch", "16", "--learning-rate", "1e-3", "--checkpoint-steps", "20",
    ]
  }

  /// - Parameters:
  ///   - more: Flags that come after the others, and count if they say something else.
  ///   - environment: Variables beside those that there are.
  func start(
    steps: Int, _ more: [String] = [], environment: [String: String] = [:]
  ) throws -> Programs.Running {
    try Programs.start("antiphon", options(steps: steps) + more, in: scratch, environment: environment)
  }

  func status() async throws -> RunStatus {
    let ending = try await askedStatus()
    try #require(ending.code == 0, "\(ending.errors)")
    return try JSONDecoder().decode(RunStatus.self, from: Data(ending.output.utf8))
  }

  /// Asks how the run is until it is as it should be.
  @discardableResult
  func wait(until isReached: (RunStatus) throws -> Bool) async throws -> RunStatus {
    let deadline = ContinuousClock.now + .seconds(120)
    while true {
      // It has none before it has started.
      let ending = try await askedStatus()
      if ending.code == 0 {
        let status = try JSONDecoder().decode(RunStatus.self, from: Data(ending.output.utf8))
        if try isReached(status) { return status }
        try #require(status.state != .finished, "the run has ended before it came that far: \(ending.output)")
      }
      try #require(
        ContinuousClock.now < deadline, "the run did not come that far in 120 s: \(ending.output)\(ending.errors)")
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  /// What has happened, as the run's folder tells.
  func events() throws -> [RunEvent] { try RunRecord.read(RunEvent.self, at: "\(folder)/events.jsonl") }

  /// Waits for an event. No program is asked, which a busy machine takes seconds to start.
  ///
  /// - Parameter count: Events that had happened before.
  func wait(after count: Int, for isIt: (RunEvent) -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while true {
      let events = try events()
      if events.dropFirst(count).contains(where: isIt) { return }
      try #require(ContinuousClock.now < deadline, "not in 120 s, but \(events.map(\.text))")
      try await Task.sleep(for: .milliseconds(20))
    }
  }

  private func askedStatus() async throws -> Programs.Ending {
    try await Programs.antiphon("status", folder, "--json", in: scratch)
  }
}
