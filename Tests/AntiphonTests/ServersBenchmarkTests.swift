import Foundation
import Testing

/// `antiphon bench servers`, as a user runs it.
@Suite(.serialized) struct `The benchmark of servers` {
  private struct Report: Decodable {
    struct Case: Decodable {
      let `case`: String
      let seconds: Double
      let bytesPerSecond: Double
      let peakBytes: Int
      let plainBytesPerSecond: Double?
      let ratioToPlain: Double?
      let stepsPerSecond: Double?
      let stalenessMean: Double?
    }

    let benchmark: String
    let cases: [Case]
  }

  private let scratch: Scratch
  private let temporary: String

  init() throws {
    scratch = try Scratch()
    temporary = scratch.path("temporary")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
  }

  private func start(_ arguments: String...) throws -> Programs.Running {
    try Programs.start("antiphon", ["bench", "servers"] + arguments, in: scratch, temporary: temporary)
  }

  /// The ids of the processes that were told of the temporary folder.
  private func left() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { pid in
      let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
      return Int(pid) != nil && String(decoding: words, as: UTF8.self).contains(temporary)
    }
  }

  @Test(arguments: [("tcp", "0"), ("ipc", "1")])
  func `tells what it measured as JSON, and leaves nothing`(transport: String, replicas: String) async throws {
    let ending = try await start(
      "--megabytes", "1", "--replicas", replicas, "--steps", "2", "--rounds", "2", "--optimizer", "sgd", "--servers",
      "2", "--lanes", "2",
      "--workers", "2", "--transport", transport, "--json"
    ).end(within: 120)
    try #require(ending.code == 0, "\(ending.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(Report.self, from: Data(ending.output.utf8))
    #expect(report.benchmark == "servers")
    let names = ["pull", "push+pull", "train"].map { "\($0)-2x2-1mb-\(transport)-sgd" }
    #expect(report.cases.map(\.case) == names)
    #expect(report.cases.count { $0.seconds > 0 && $0.bytesPerSecond > 0 && $0.peakBytes > 1_000_000 } == 3)
    // Both workers move the model once, or there and back, in a step.
    for (result, times) in zip(report.cases, [2.0, 4, 4]) {
      let bytes = result.bytesPerSecond * result.seconds
      #expect(abs(bytes / (times * 1e6) - 1) < 0.03, "\(result.case): \(bytes)")
    }
    #expect(report.cases.prefix(2).count { $0.plainBytesPerSecond ?? 0 > 0 && $0.ratioToPlain ?? 0 > 0 } == 2)
    #expect(report.cases[2].stepsPerSecond ?? 0 > 0 && report.cases[2].stalenessMean ?? -1 >= 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
    #expect(try left() == [])
  }

  @Test func `with a timed wait trains no faster than that, with each number of workers`() async throws {
    let ending = try await start(
      "--megabytes", "1", "--steps", "3", "--workers", "1,3", "--compute", "0.2", "--json"
    ).end(within: 120)
    try #require(ending.code == 0, "\(ending.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(Report.self, from: Data(ending.output.utf8))
    #expect(report.cases.map(\.case) == ["train-2x1-1mb-tcp-adam", "train-2x3-1mb-tcp-adam"])
    for (result, workers) in zip(report.cases, [1.0, 3]) {
      let speed = result.stepsPerSecond ?? 0
      #expect(speed <= workers / 0.2 && speed > 0, "\(result.case): \(speed)")
    }
  }

  @Test func `ends at once when it is interrupted, and leaves no process and no folder`() async throws {
    let running = try start("--megabytes", "4", "--steps", "1000", "--rounds", "3")
    while running.process.isRunning, try left().count < 4 { try await Task.sleep(for: .milliseconds(20)) }
    kill(running.process.processIdentifier, SIGINT)
    let ending = try await running.end(within: 20)
    #expect(ending.code == 130 && ending.output.isEmpty, "\(ending.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
    #expect(try left() == [])
  }

  @Test func `says which process died, and leaves nothing`() async throws {
    let running = try start("--megabytes", "4", "--steps", "1000", "--rounds", "3")
    var servers: [String] = []
    while running.process.isRunning, servers.count < 2 {
      try await Task.sleep(for: .milliseconds(50))
      servers = try left().filter {
        FileManager.default.contents(atPath: "/proc/\($0)/comm") == Data("paramserver\n".utf8)
      }
    }
    try await Task.sleep(for: .milliseconds(500))
    kill(try #require(Int32(servers[0])), SIGKILL)
    let ending = try await running.end(within: 20)
    #expect(ending.code == 78 && ending.errors.contains("was ended by signal 9"), "\(ending.errors)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
    #expect(try left() == [])
  }

  @Test(arguments: [
    ("--servers", "0"), ("--lanes", "65"), ("--workers", "0"), ("--workers", "1,,2"), ("--workers", "2,x"),
    ("--megabytes", "0"), ("--transport", "udp"), ("--optimizer", "Adam"), ("--compute", "6"), ("--compute", "-1"),
    ("--compute", "nan"), ("--steps", "0"), ("--rounds", "0"), ("--replicas", "2"),
  ])
  func `refuses what cannot be measured, by the flag's name`(flag: String, value: String) async throws {
    let ending = try await start(flag, value).end(within: 20)
    #expect(ending.code == 64 && ending.output.isEmpty)
    #expect(ending.errors.contains(flag), "\(ending.errors)")
  }

  @Test func `refuses more pushes than it could tell apart`() async throws {
    let ending = try await start("--workers", "1,5", "--steps", "500", "--rounds", "4").end(within: 20)
    #expect(ending.code == 64 && ending.errors.contains("expected 10,000 pushes at most"), "\(ending.errors)")
  }
}
