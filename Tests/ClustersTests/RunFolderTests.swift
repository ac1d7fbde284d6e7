import Clusters
import Foundation
import Parameters
import Testing

/// A folder that is gone after the test.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

let someSettings = RunSettings(
  run: .max, model: "fc-2x32", classes: 3, vocabularyDigest: "00ff00ff", dataset: "/data/sounds", trainingShards: 7,
  seed: 5, batch: 128, steps: 1000, learningRate: LearningRateSchedule(1e-3), consistency: .sync(workers: 3),
  servers: 2,
  workers: 3)

@Suite struct `The folder of a run` {
  @Test func `keeps the whole configuration`() throws {
    try withTemporaryFolder { folder in
      _ = try RunFolder(creating: "\(folder)/run", someSettings)
      let opened = try RunFolder(opening: "\(folder)/run")
      #expect(try opened.settings() == someSettings)
      var changed = someSettings
      changed.servers = 5
      try opened.write(changed)
      #expect(try RunFolder(opening: "\(folder)/run").settings() == changed)
    }
  }

  @Test func `tells how often the run has ended, for who comes when it is over`() throws {
    try withTemporaryFolder { path in
      let folder = try RunFolder(creating: "\(path)/run", someSettings)
      #expect(try folder.endings() == 0)
      let lines = ["started", "checkpoint", "ended", "started", "stopped", "ended"].map { kind in
        #"{"kind":"\#(kind)","step":1,"text":"","unix_seconds":1}"# + "\n"
      }
      try Data(lines.joined().utf8).write(to: URL(filePath: folder.events))
      #expect(try folder.endings() == 2)
    }
  }

  @Test func `is not made over another run`() throws {
    try withTemporaryFolder { folder in
      _ = try RunFolder(creating: folder, someSettings)
      let error = #expect(throws: ClusterError.self) { try RunFolder(creating: folder, someSettings) }
      #expect(error?.description.contains("--resume") == true)
    }
  }

  @Test func `that is none, or has a damaged configuration, is named in one line`() throws {
    try withTemporaryFolder { folder in
      #expect(throws: ClusterError.self) { try RunFolder(opening: folder) }
      let run = try RunFolder(creating: folder, someSettings)
      let path = "\(folder)/configuration.json"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      for damaged in ["", "{", text.replacingOccurrences(of: "\"batch\"", with: "\"bitch\""), "[1]"] {
        try damaged.write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: ClusterError.self) { try run.settings() }
        #expect(error.map { $0.description.contains(path) && !$0.description.contains("\n") } == true)
      }
    }
  }

  @Test func `is held by one supervisor at a time`() throws {
    try withTemporaryFolder { folder in
      let run = try RunFolder(creating: folder, someSettings)
      do {
        let lock = try RunLock(run)
        #expect(throws: ClusterError.self) { _ = try RunLock(run) }
        _ = consume lock
      }
      _ = try RunLock(run)
    }
  }
}

@Suite struct `The starts of a server` {
  @Test func `are counted, each server's for itself`() throws {
    try withTemporaryFolder { folder in
      let run = try RunFolder(creating: folder, someSettings)
      #expect(try Generation.latest(in: run, server: 1) == 0)
      for expected in 1...12 { #expect(try Generation.claim(in: run, server: 1) == UInt32(expected)) }
      #expect(try Generation.claim(in: run, server: 11) == 1)
      #expect(try Generation.latest(in: run, server: 1) == 12)
    }
  }

  @Test func `never have the same number, however many start at once`() throws {
    try withTemporaryFolder { folder in
      let run = try RunFolder(creating: folder, someSettings)
      let claims = Claims()
      DispatchQueue.concurrentPerform(iterations: 32) { _ in claims.add(try? Generation.claim(in: run, server: 0)) }
      #expect(claims.sorted == (1...32).map { UInt32($0) })
    }
  }

  private final class Claims: @unchecked Sendable {  // every access is behind `lock`
    private let lock = NSLock()
    private var numbers: [UInt32] = []
    var sorted: [UInt32] { lock.withLock { numbers.sorted() } }
    func add(_ number: UInt32?) { lock.withLock { numbers += [number].compactMap(\.self) } }
  }
}
