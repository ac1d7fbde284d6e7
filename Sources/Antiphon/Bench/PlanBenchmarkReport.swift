import Foundation

/// What `antiphon bench plan` prints.
struct PlanBenchmarkReport: Encodable {
  let benchmark = "plan"
  let cases: [PlanCase]

  init(cases: [PlanCase]) { self.cases = cases }

  /// The same for people.
  var lines: [String] {
    func number(_ value: Double, _ digits: Int = 2) -> String { value.formatted(decimals: digits) }
    let heading = [
      "workers", "steps/s", "foretold", "ratio", "staleness", "foretold", "ratio", "cores", "foretold",
      "s to first step",
    ]
    let rows = cases.map { result in
      [
        "\(result.workers)", number(result.stepsPerSecond), number(result.foretoldStepsPerSecond),
        number(result.stepsRatio), number(result.stalenessMean, 1), number(result.foretoldStalenessMean, 1),
        result.stalenessRatio.map { number($0) } ?? "", number(result.cores), number(result.foretoldCores),
        number(result.startToFirstStepSeconds, 1),
      ]
    }
    let title = cases.first.map {
      "\($0.megabytes) MB, \($0.servers) servers, \(number($0.computeSeconds)) s of computing"
    }
    return [title ?? ""] + TextTable(words: 0, rows: [heading] + rows).lines
  }
}
