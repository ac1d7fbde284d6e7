import Foundation
import Testing

/// Runs that begin with the weights of another.
@Suite struct `A run that begins as another one ended` {
  @Test func `scores as that one did, also for more servers, and names what begins anew`() async throws {
    let scratch = try Scratch()
    let dataset = try await SmallDataset.prepare(in: scratch)
    let first = TrainedRun("first", of: dataset, in: scratch)
    let ending = try await first.start(steps: 60).end(within: 120)
    try #require(ending.code == 0, "\(ending.errors)")

    let second = TrainedRun("second", of: dataset, in: scratch)
    let more = ["--initialise-from", first.folder, "--servers", "3", "--learning-rate", "1e-12"]
    let again = try await second.start(steps: 2, more).end(within: 120)
    #expect(again.code == 0 && again.errors.contains("6 of 6 tensors begin as in"), "\(again.errors)")
    #expect(try await map(of: second) == map(of: first))

    let other = TrainedRun("other", of: dataset, in: scratch)
    let made = try await other.start(steps: 2, more + ["--model", "fc-3x32", "--only-configure"]).end(within: 60)
    #expect(made.code == 0 && made.errors.contains("anew: "), "\(made.errors)")
    let third = TrainedRun("third", of: dataset, in: scratch)
    let refused = try await third.start(steps: 2, more + ["--model", "resnet14-w2"]).end(within: 60)
    #expect(refused.code == 78 && refused.errors.contains("none has its name and shape"), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: third.folder))
  }

  private func map(of run: TrainedRun) async throws -> Double {
    let evaluation = try await Programs.antiphon("evaluate", run.folder, "--json", in: run.scratch)
    let report = try JSONSerialization.jsonObject(with: Data(evaluation.output.utf8)) as? [String: Any]
    return try #require(report?["map"] as? Double, "\(evaluation.errors)")
  }
}
