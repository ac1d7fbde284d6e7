import Foundation
import Telemetry
import Testing

@Suite struct `The status of a run` {
  static let empty = RunStatus(unixSeconds: 1, steps: 10, learningRate: 1e-3, desiredWorkers: 2)
  private static let found = ValidationResult(
    unixSeconds: 1_800_000_000.5, step: 4, clips: 3, loss: 0.25, map: 0.5, auc: nil, dPrime: nil, seconds: 2)
  static let full = RunStatus(
    unixSeconds: 1_800_000_000.25, state: .running, step: 5, steps: 10, epoch: 1, examples: 640, seconds: 3.5,
    examplesPerSecond: 182.5, bytesPerSecond: 1e9, loss: 0.125, learningRate: 1e-3, stalenessMean: 0.5,
    stalenessHistogram: [1, 2, 0],
    exposedSecondsPerStep: 0.0125, stepSeconds: 0.25, lastCheckpointStep: 4, lastCheckpointError: "no space left",
    validation: found, bestValidation: found, droppedFrames: 3, refusedConnections: 12, desiredWorkers: 2,
    processes: [ProcessStatus(role: .server, index: 0, pid: 7, address: "127.0.0.1:5000", state: .running)])

  @Test(arguments: [empty, full]) func `survives a round trip`(_ status: RunStatus) throws {
    #expect(try JSONDecoder().decode(RunStatus.self, from: JSONEncoder().encode(status)) == status)
  }

  @Test(arguments: [empty, full]) func `has each fixed key, whether there is a value or not`(_ status: RunStatus) throws
  {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(status))
    let keys = try #require(object as? [String: Any]).keys
    #expect(
      Set(keys) == [
        "unix_seconds", "state", "step", "steps", "epoch", "examples", "seconds", "examples_per_second",
        "bytes_per_second", "loss",
        "learning_rate", "staleness_mean", "staleness_histogram", "exposed_seconds_per_step", "step_seconds",
        "last_checkpoint_step", "last_checkpoint_error",
        "validation", "best_validation", "dropped_frames", "refused_connections", "desired_workers", "processes",
      ])
  }

  @Test func `of an earlier version, without some of the keys, is read`() throws {
    var object = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(Self.full)) as? [String: Any])
    for key in ["exposed_seconds_per_step", "step_seconds", "validation", "best_validation"] { object[key] = nil }
    let read = try JSONDecoder().decode(RunStatus.self, from: JSONSerialization.data(withJSONObject: object))
    var expected = Self.full
    (expected.exposedSecondsPerStep, expected.stepSeconds) = (nil, nil)
    (expected.validation, expected.bestValidation) = (nil, nil)
    #expect(read == expected)
  }

  @Test func `of an earlier version had refused nobody`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let json = String(decoding: try encoder.encode(Self.full), as: UTF8.self)
    let old = json.replacingOccurrences(of: "\"refused_connections\":12,", with: "")
    #expect(old != json)
    var expected = Self.full
    expected.refusedConnections = 0
    #expect(try JSONDecoder().decode(RunStatus.self, from: Data(old.utf8)) == expected)
    let wrong = json.replacingOccurrences(of: "\"refused_connections\":12,", with: "\"refused_connections\":\"12\",")
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(RunStatus.self, from: Data(wrong.utf8)) }
  }

  @Test func `names each process by role, index, pid, address and state`() throws {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(Self.full.processes[0]))
    let process = try #require(object as? [String: Any])
    #expect(Set(process.keys) == ["role", "index", "pid", "address", "state", "bytes_per_second", "shard_bytes"])
    #expect(process["role"] as? String == "server")
    #expect(process["state"] as? String == "running")
  }

  @Test func `says in its progress how many of the workers live, and when the last checkpoint failed`() {
    var status = Self.full
    #expect(status.progress.details.contains("0 of 2 workers"))
    for index in 0..<2 {
      status.processes.append(ProcessStatus(role: .worker, index: index, pid: 9, address: "", state: .running))
    }
    #expect(status.progress.details.contains("2 workers"))
    #expect(status.progress.details.contains("checkpoint failed: no space left"))
  }
}
