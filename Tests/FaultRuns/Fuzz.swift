import ArgumentParser
import Faults
import Foundation
import Parameters

struct Fuzz: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Damaged frames by the million, against the decoder, a live server and a client.")

  @Option(help: "How many frames the decoder reads, and the server is sent.")
  var frames = 10_000_000

  @Option(help: "The same seed gives the same frames.")
  var seed: UInt64 = 1

  func validate() throws {
    guard frames >= 1000 else { throw ValidationError("--frames must be at least 1000, it is \(frames).") }
  }

  func run() throws {
    try decode()
    for replicas in 0...1 { try serve(replicas: replicas) }
    try ask()
  }

  private var manifest: Manifest {
    Manifest([.init(name: "weights", shape: [40, 30], kind: .weight)], chunkValues: 100)
  }

  private func decode() throws {
    var trial = DecoderTrial(manifest, seed: seed)
    let start = ContinuousClock.now
    trial.run(frames: frames / 10)
    let before = ProcessMemory.residentBytes(of: getpid()) ?? 0
    trial.run(frames: frames - frames / 10)
    let growth = (ProcessMemory.residentBytes(of: getpid()) ?? 0) - before
    print(
      "decoder: \(frames) frames, \(trial.accepted) readings accepted, \(trial.refused) refused,",
      "\(growth / 1024) KiB of growth, \(ContinuousClock.now - start)")
    if let misread = trial.misread { throw TrialError("a frame was misread: \(misread)") }
    guard growth < 32 << 20 else { throw TrialError("the decoder's memory grew by \(growth) bytes") }
  }

  private func serve(replicas: Int) throws {
    let outcome = try ServerTrial.againstProgram(frames: frames, seed: seed, replicas: replicas)
    print(
      "\(replicas == 0 ? "server" : "server of two that hold each other's updates"): \(outcome.sent) frames, \(outcome.counted) counted as dropped (at least \(outcome.dropped)),",
      "\(outcome.pushes) honest pushes, weights right: \(outcome.areWeightsRight),",
      "\(outcome.growthBytes / 1024) KiB of growth, \(Int(outcome.seconds)) s")
    guard outcome.areWeightsRight, outcome.isCountRight, outcome.growthBytes < 32 << 20 else {
      throw TrialError("the server was harmed")
    }
  }

  private func ask() throws {
    var trial = ClientTrial(manifest)
    let questions = min(2000, frames / 500)
    try trial.run(questions: questions, damaged: 20, seed: seed)
    print(
      "client: \(trial.replies) damaged replies, \(trial.answered) of \(questions) questions answered in the end,",
      "\(trial.failed) failed, \(trial.misled) misled")
    guard trial.misled == 0 else { throw TrialError("the client was misled") }
  }
}
