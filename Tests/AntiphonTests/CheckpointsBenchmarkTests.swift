import Foundation
import Testing

/// `antiphon bench checkpoints`, as a user runs it, on little.
@Suite struct `The benchmark of checkpoints` {
  private struct Report: Decodable {
    struct Case: Decodable {
      let `case`: String
      let shardBytes: Int
      let stepsPerSecond: Double
      let stepsPerSecondWhileSaving: Double
      let checkpointSeconds: Double
      let bytesPerSecond: Double
    }

    let cases: [Case]
  }

  @Test func `tells speeds with and without, of a shard as large as asked for, and leaves nothing`() async throws {
    let scratch = try Scratch()
    let folder = scratch.path("disk")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let ending = try await Programs.antiphon(
      "bench", "checkpoints", "--servers", "2", "--workers", "2", "--shard-megabytes", "9", "--compute", "0.1",
      "--steps",
      "3", "--rounds", "1", "--folder", folder, "--json", in: scratch, within: 100)
    try #require(ending.code == 0, "\(ending.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let result = try #require(try decoder.decode(Report.self, from: Data(ending.output.utf8)).cases.first)
    #expect(result.case == "checkpoint-2x2-9mb")
    #expect(abs(Double(result.shardBytes) / 9e6 - 1) < 0.02)
    for speed in [result.stepsPerSecond, result.stepsPerSecondWhileSaving] { #expect(speed > 0 && speed <= 20) }
    let bytes = result.bytesPerSecond * result.checkpointSeconds
    #expect(abs(bytes / Double(2 * result.shardBytes) - 1) < 1e-6)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }
}
