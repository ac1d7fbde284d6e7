import Audio
import Foundation
import FoundationNetworking
import Testing

/// A network that was trained a moment ago, and the services of it that a test starts.
struct ServedRun {
  let scratch: Scratch
  let run: TrainedRun

  init() async throws {
    scratch = try Scratch()
    run = TrainedRun("heard", of: try await SmallDataset.prepare(in: scratch), in: scratch)
    let training = try await run.start(steps: 300, ["--workers", "1"]).end(within: 120)  // the same each time
    try #require(training.code == 0, "\(training.errors)")
  }

  /// The service, where what it keeps is in a folder of the test.
  ///
  /// - Parameters:
  ///   - files: As many may be open at a time, where it is not as many as for these tests.
  ///   - environment: Variables beside those that there are.
  func start(
    _ more: String..., files: Int? = nil, environment: [String: String] = [:]
  ) async throws -> (service: CaptionClient, running: Programs.Running) {
    let temporary = scratch.path("temporary")
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
    let bounds = files.map { ["prlimit", "--nofile=\($0)"] } ?? []
    let program = [Programs.folder.appending(path: "antiphon").path, "serve", "--model", run.folder, "--http", "0"]
    let running = try Programs.start(
      URL(filePath: "/usr/bin/env"), bounds + program + more, in: scratch, temporary: temporary,
      environment: environment)
    for _ in 0..<200 {
      if let place = running.outputSoFar.firstMatch(of: /http:\/\/127.0.0.1:(\d+)\//) {
        return (CaptionClient(port: try #require(Int(place.1))), running)
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw URLError(.timedOut, userInfo: [NSLocalizedDescriptionKey: running.errorsSoFar])
  }

  /// Six seconds of a low tone and six of a high one.
  func sound() throws -> Data {
    let path = scratch.path("sound.wav")
    let wave = (0..<12 * 16_000).map { 0.3 * Float(sin(2 * .pi * ($0 < 96_000 ? 220 : 3200) * Double($0) / 16_000)) }
    try writeSound(wave, to: path)
    return try Data(contentsOf: URL(filePath: path))
  }

  /// Variables by which a script plays yt-dlp.
  func siteReader(_ script: String) throws -> [String: String] {
    let folder = try scratch.folder(withProgram: "yt-dlp", script)
    return ["PATH": "\(folder):\(ProcessInfo.processInfo.environment["PATH"] ?? "")"]
  }

  func checkNothingIsLeft(_ running: Programs.Running) async throws {
    kill(running.process.processIdentifier, SIGTERM)
    #expect(try await running.end(within: 30).code == 0, "\(running.errorsSoFar)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path("temporary")).isEmpty)
  }
}
