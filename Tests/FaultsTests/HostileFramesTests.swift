import Faults
import Foundation
import Parameters
import Testing

@Suite struct `Hostile frames` {
  @Test func `are refused by the decoder, or read to the last bit, in bounded memory`() throws {
    var trial = DecoderTrial(manifest, seed: 5)
    trial.run(frames: 10_000)
    let before = try #require(ProcessMemory.residentBytes(of: getpid()))
    trial.run(frames: 90_000)
    let after = try #require(ProcessMemory.residentBytes(of: getpid()))
    #expect(trial.misread == nil)
    #expect(trial.accepted + trial.refused == 200_000)
    #expect(trial.accepted > 2000 && trial.refused > 100_000, "\(trial.accepted) accepted")
    #expect(after - before < 32 << 20)
  }

  @Test(arguments: [0, 1])
  func `do a server no harm, which counts those it drops and serves an honest worker meanwhile`(replicas: Int)
    async throws
  {
    let outcome = try await onOwnThread {
      try ServerTrial.againstProgram(frames: 20_000, seed: 5, replicas: replicas)
    }
    #expect(outcome.areWeightsRight && outcome.pushes == 40)
    #expect(outcome.isCountRight && outcome.dropped > 10_000, "\(outcome)")
    #expect(outcome.growthBytes < 16 << 20, "\(outcome)")
  }

  @Test func `make a client fail at most, never believe them`() throws {
    var trial = ClientTrial(manifest)
    try trial.run(questions: 300, damaged: 2, seed: 5)
    try trial.run(questions: 50, damaged: 40, seed: 6)
    #expect(trial.misled == 0)
    #expect(trial.answered > 20 && trial.failed > 20, "\(trial)")
  }
}

private let manifest = Manifest(
  [.init(name: "first", shape: [40, 30], kind: .weight), .init(name: "seen", shape: [31], kind: .statistic)],
  chunkValues: 100)
