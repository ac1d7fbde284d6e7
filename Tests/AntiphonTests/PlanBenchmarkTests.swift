import Foundation
import Testing

/// `antiphon bench calibrate` and `antiphon bench plan`, as a user runs them, on little.
@Suite(.serialized) struct `The benchmark of the plan` {
  private struct Report: Decodable {
    struct Case: Decodable {
      let workers: Int
      let stepsPerSecond: Double
      let foretoldStepsPerSecond: Double
      let stepsRatio: Double
      let stalenessMean: Double
      let startToFirstStepSeconds: Double
    }

    let cases: [Case]
  }

  @Test func `calibrates a machine, and foretells real processes with that`() async throws {
    let scratch = try Scratch()
    let file = scratch.path("calibration.json")
    let calibrating = try await Programs.antiphon(
      "bench", "calibrate", "--model", "fc-1x100", "--batch", "8", "--seconds", "0", "--threads", "1", "--into", file,
      "--json", in: scratch, within: 240)
    try #require(calibrating.code == 0, "\(calibrating.errors)")
    #expect(calibrating.output.contains("\"crowded_costs\"") && calibrating.output.contains("\"compute_seconds\""))

    let ending = try await Programs.antiphon(
      "bench", "plan", "--calibration", file, "--servers", "2", "--workers", "1,3", "--megabytes", "2", "--compute",
      "0.3", "--steps", "4", "--json", in: scratch, within: 240)
    try #require(ending.code == 0, "\(ending.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(Report.self, from: Data(ending.output.utf8))
    #expect(report.cases.map(\.workers) == [1, 3])
    for result in report.cases {
      let most = Double(result.workers) / 0.3
      #expect(result.stepsPerSecond > 0 && result.stepsPerSecond <= most && result.foretoldStepsPerSecond <= most)
      #expect(result.foretoldStepsPerSecond > 0.5 * most, "the exchange of 2 MB takes far less than 0.3 s")
      #expect(result.stepsRatio == result.foretoldStepsPerSecond / result.stepsPerSecond)
      #expect(result.startToFirstStepSeconds > 0)
    }
    #expect(report.cases[0].stalenessMean == 0)
  }
}
