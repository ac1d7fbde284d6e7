import Audio
import Foundation
import Testing

/// `antiphon caption` where a recording, a network or who reads the captions is not as it should be.
@Suite(.serialized) struct `Captions where something is amiss` {
  private let scratch: Scratch
  private let run: TrainedRun

  init() async throws {
    scratch = try Scratch()
    run = TrainedRun("heard", of: try await SmallDataset.prepare(in: scratch), in: scratch)
    try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
  }

  /// The folder for what is temporary.
  private var temporary: String { scratch.path("temporary") }
  private var left: [String] { (try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? ["?"] }

  private func train(_ more: String...) async throws {
    let training = try await run.start(steps: 40, ["--workers", "1"] + more).end(within: 120)
    try #require(training.code == 0, "\(training.errors)")
  }

  private func start(_ sound: String, _ more: String...) throws -> Programs.Running {
    try Programs.start(
      "antiphon", ["caption", sound, "--model", run.folder, "--threshold", "0.01"] + more, in: scratch,
      temporary: temporary)
  }

  private func tone(_ name: String, seconds: Int) throws -> String {
    let path = scratch.path(name)
    try writeSound(
      (0..<seconds * 16_000).map { 0.3 * Float(sin(2 * .pi * 220 * Double($0) / 16_000)) }, to: path,
      as: name.hasSuffix(".flac") ? .flac : .wave)
    return path
  }

  @Test func `are made of what there is of a recording that was cut off, and one line says so`() async throws {
    try await train()
    for name in ["whole.wav", "whole.flac"] {
      let whole = try tone(name, seconds: 10)
      let bytes = try Data(contentsOf: URL(filePath: whole))
      let cut = scratch.path("cut-\(name)")
      try bytes.prefix(bytes.count / 2).write(to: URL(filePath: cut))
      let ending = try await start(cut).end(within: 60)
      let lines = ending.errors.split(separator: "\n")
      #expect(ending.code == 0 && ending.output.contains("[low]"), "\(ending.errors)")
      #expect(lines.count == 2 && lines[0].hasPrefix("antiphon caption: \(cut): "), "\(ending.errors)")
      #expect(lines.last?.contains(" in 0:0") == true, "it is shorter now: \(ending.errors)")
      let untouched = try await start(whole).end(within: 60)
      #expect(untouched.errors.split(separator: "\n").count == 1, "\(untouched.errors)")
    }
  }

  @Test func `leave nothing behind where their reader or the terminal has gone`() async throws {
    try await train()
    let sound = try tone("sound.wav", seconds: 3)
    let program = Programs.folder.appending(path: "antiphon").path
    let unread = try await Programs.start(
      URL(filePath: "/bin/sh"),
      ["-c", "'\(program)' caption '\(sound)' --model '\(run.folder)' --threshold 0.01 | true"],
      in: scratch, temporary: temporary
    ).end(within: 60)
    #expect(unread.errors.isEmpty && left.isEmpty, "\(left): \(unread.errors)")

    let running = try start(try tone("long.wav", seconds: 600))
    for _ in 0..<600 where left.isEmpty { try await Task.sleep(for: .milliseconds(20)) }
    try #require(!left.isEmpty, "\(running.errorsSoFar)")
    kill(running.process.processIdentifier, SIGHUP)
    let ended = try await running.end(within: 60)
    #expect(ended.code == 130 && ended.output.isEmpty && left.isEmpty, "\(ended)")
  }

  @Test func `by a network whose training went astray are none`() async throws {
    // After one step; training would end in the next one.
    try await train("--learning-rate", "1e30", "--steps", "1")
    let sound = try tone("sound.wav", seconds: 3)
    let ending = try await start(sound).end(within: 60)
    #expect(ending.code == 78 && ending.output.isEmpty && ending.errors.contains("found NaN"), "\(ending)")
    #expect(ending.errors.split(separator: "\n").count == 1)
    let chosen = try await Programs.antiphon("caption", sound, "--model", run.folder, in: scratch)
    #expect(chosen.code == 78 && chosen.errors.contains("found NaN"), "\(chosen)")
    #expect(!FileManager.default.fileExists(atPath: "\(run.folder)/thresholds.json"))
  }
}
