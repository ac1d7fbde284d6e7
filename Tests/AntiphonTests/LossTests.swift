import Foundation
import Testing

/// What is on the disk is not lost, whatever is done to the process or to a file.
@Suite(.serialized) struct `What was written` {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `by a preparation that is killed is gone on from, to the same bytes`() async throws {
    let whole = try await SmallDataset.prepare(in: scratch, into: "whole", clips: 600)
    let killed = scratch.path("killed")
    for _ in 0..<3 {
      let running = try SmallDataset.start(in: scratch, into: "killed")
      while running.process.isRunning, try shards(in: killed).count < 10 { try await Task.sleep(for: .milliseconds(5)) }
      kill(running.process.processIdentifier, SIGKILL)
      _ = try await running.end(within: 10)
    }
    let ending = try await SmallDataset.start(in: scratch, into: "killed").end(within: 120)
    #expect(ending.code == 0, "\(ending.errors)")
    let names = try FileManager.default.contentsOfDirectory(atPath: whole).sorted()
    #expect(try FileManager.default.contentsOfDirectory(atPath: killed).sorted() == names)
    for name in names {
      #expect(
        FileManager.default.contentsEqual(atPath: "\(whole)/\(name)", andPath: "\(killed)/\(name)"), "\(name) differs")
    }
  }

  @Test func `before a damaged checkpoint is gone on from, and the damaged file is named`() async throws {
    let dataset = try await SmallDataset.prepare(in: scratch)
    let run = scratch.path("run")
    let options = ["--model", "fc-2x32", "--data", dataset, "--servers", "2", "--batch", "16"]
    let trained = try await Programs.start(
      "antiphon", ["train", "--run", run, "--steps", "60", "--checkpoint-steps", "20"] + options, in: scratch
    ).end(within: 120)
    try #require(trained.code == 0, "\(trained.errors)")
    let checkpoints = try FileManager.default.contentsOfDirectory(atPath: "\(run)/checkpoints").sorted()
    try #require(checkpoints.last == "step-00000060" && checkpoints.count > 1)
    let shard = "\(run)/checkpoints/step-00000060/server-00001-of-00002.safetensors"
    var bytes = try Data(contentsOf: URL(filePath: shard))
    bytes[bytes.count / 2] ^= 4
    try bytes.write(to: URL(filePath: shard))

    let evaluation = try await Programs.antiphon("evaluate", run, in: scratch)
    #expect(evaluation.code == 0 && evaluation.errors.contains(shard), "\(evaluation.errors)")
    let resumed = try await Programs.antiphon(
      "train", "--run", run, "--resume", "--servers", "3", "--steps", "80", in: scratch, within: 120)
    #expect(resumed.code == 0, "\(resumed.errors)")
    for server in 0..<3 {  // whoever needs the damaged bytes
      let log = try String(contentsOfFile: "\(run)/logs/server-\(server).log", encoding: .utf8)
      #expect(log.contains("a checkpoint is not used: ") && log.contains(shard))
      #expect(log.contains("from=step \(Int(checkpoints[checkpoints.count - 2].dropFirst(5))!)"), "\(log)")
    }
  }

  @Test func `is all there is: where every checkpoint is damaged, a run does not begin anew by itself`() async throws {
    let dataset = try await SmallDataset.prepare(in: scratch)
    let run = scratch.path("run")
    let trained = try await Programs.antiphon(
      "train", "--run", run, "--model", "fc-1x8", "--data", dataset, "--steps", "5", in: scratch, within: 120)
    try #require(trained.code == 0, "\(trained.errors)")
    let manifest = "\(run)/checkpoints/step-00000005/manifest.json"
    try FileManager.default.removeItem(atPath: "\(run)/checkpoints/step-00000005/server-00000-of-00001.safetensors")
    let resumed = try await Programs.antiphon(
      "train", "--run", run, "--resume", "--steps", "10", in: scratch, within: 60)
    #expect(resumed.code == 78 && resumed.errors.contains("server-00000-of-00001.safetensors"), "\(resumed.errors)")
    #expect(FileManager.default.fileExists(atPath: manifest))
  }

  private func shards(in folder: String) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".tfrecord") }
  }
}
