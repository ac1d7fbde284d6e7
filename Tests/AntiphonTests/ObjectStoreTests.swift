import Foundation
import ObjectStores
import Telemetry
import Testing

/// A run of real processes with its checkpoints in an object store on this machine, which checks signatures.
@Suite(.serialized, .enabled(if: ObjectStore.isThere, "there is no moto: Tests/setup installs it"))
struct `A run with its checkpoints in a bucket` {
  private static let place = ["--checkpoints-in", "s3://bucket/runs/first"]
  private let scratch: Scratch
  private let store: ObjectStore
  private let run: TrainedRun

  init() async throws {
    scratch = try Scratch()
    store = try ObjectStore()
    run = TrainedRun("run", of: try await SmallDataset.prepare(in: scratch), in: scratch)
  }

  private func antiphon(
    _ arguments: String..., within seconds: Double = 60, changing variables: [String: String] = [:]
  ) async throws -> Programs.Ending {
    try await Programs.start(
      "antiphon", arguments, in: scratch, environment: store.environment.merging(variables) { $1 }
    ).end(within: seconds)
  }

  @Test func `goes on from there when all its processes were killed while they wrote one`() async throws {
    let running = try run.start(steps: 100_000, Self.place, environment: store.environment)
    try await run.wait { $0.lastCheckpointStep ?? 0 >= 20 }
    try store.fail("delay 0.4")
    let before = try await run.status()
    let status = try await run.wait { $0.lastCheckpointStep ?? 0 > before.lastCheckpointStep ?? 0 }
    kill(running.process.processIdentifier, SIGKILL)
    for process in status.processes { kill(process.pid, SIGKILL) }
    _ = try await running.end(within: 10)
    try store.fail("none")

    let refused = try await antiphon(
      "train", "--run", run.folder, "--resume", changing: ["AWS_SECRET_ACCESS_KEY": "wrong"])
    #expect(refused.code == 78 && refused.errors.contains("s3://bucket/runs/first: the store answers 403"))
    #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
    let steps = "\(try await run.status().step + 100)"  // it went on until it was killed
    let resumed = try await antiphon(
      "train", "--run", run.folder, "--resume", "--servers", "3", "--steps", steps, within: 120)
    #expect(resumed.code == 0, "\(resumed.errors)")
    let log = try String(contentsOfFile: "\(run.folder)/logs/server-2.log", encoding: .utf8)
    let from = try #require(log.split(separator: "from=step ").last?.prefix { $0.isNumber })
    #expect(try #require(Int(from)) >= status.lastCheckpointStep ?? .max, "\(log)")
    let last = try await run.status()
    #expect(last.lastCheckpointStep == Int(steps) && last.lastCheckpointError == nil)
    let evaluation = try await antiphon("evaluate", run.folder, "--json")
    let report = try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any]
    #expect(report?["step"] as? Int == Int(steps), "\(evaluation.errors)")
    try await expectNoOtherRun()

    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(run.folder)/checkpoints") == [])
    let secret = try #require(store.environment["AWS_SECRET_ACCESS_KEY"])
    for file in try FileManager.default.subpathsOfDirectory(atPath: run.folder) {
      let bytes = FileManager.default.contents(atPath: "\(run.folder)/\(file)") ?? Data()
      #expect(!String(decoding: bytes, as: UTF8.self).contains(secret), "\(file) has the secret")
    }
  }

  /// Another run is not begun where this one has its checkpoints, nor without a secret.
  private func expectNoOtherRun() async throws {
    let second = TrainedRun("second", of: run.dataset, in: scratch)
    let taken = try await second.start(steps: 20, Self.place, environment: store.environment).end(within: 60)
    #expect(taken.code == 78 && taken.errors.contains("there are some in s3://bucket/runs/first"), "\(taken.errors)")
    let keyless = store.environment.merging(["AWS_SECRET_ACCESS_KEY": ""]) { $1 }
    let unknown = try await second.start(steps: 20, Self.place, environment: keyless).end(within: 60)
    #expect(unknown.code == 78 && unknown.errors.contains("AWS_SECRET_ACCESS_KEY"), "\(unknown.errors)")
    #expect(!FileManager.default.fileExists(atPath: second.folder))
  }

  @Test func `trains on while there is no room, no right to write or no line, and says so`() async throws {
    let running = try run.start(steps: 1_000_000, Self.place, environment: store.environment)
    try await run.wait { $0.lastCheckpointStep ?? 0 >= 20 }
    for fault in ["507 InsufficientStorage", "403 QuotaExceeded"] {
      try store.fail("refuse \(fault)")
      let failed = try await run.wait { $0.lastCheckpointError?.contains("the store answers \(fault)") == true }
      #expect(failed.lastCheckpointError?.contains("\n") == false)
      let later = try await run.wait { $0.step >= failed.step + 50 }
      #expect(later.lastCheckpointStep == failed.lastCheckpointStep)
    }
    try store.fail("drop 5000")
    let cut = try await run.status()
    try await run.wait { $0.step >= cut.step + 50 }
    try store.fail("none")
    try await run.wait { $0.lastCheckpointStep ?? 0 > cut.step && $0.lastCheckpointError == nil }
    kill(running.process.processIdentifier, SIGINT)
    #expect(try await running.end(within: 60).code == 0)
    let last = try await run.status()
    #expect(last.lastCheckpointStep == last.step)
  }
}
