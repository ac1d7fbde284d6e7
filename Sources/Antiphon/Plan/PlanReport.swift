import Foundation
import Parameters
import Planning
import Telemetry

/// What `antiphon plan` tells.
struct PlanReport: Encodable {
  /// What to expect of one cluster.
  struct Row: Encodable {
    let workers: Int
    let servers: Int
    /// Mini-batches of all workers together, and their examples: by simulation.
    let stepsPerSecond: Double
    let examplesPerSecond: Double
    /// The first by the formula.
    let formulaStepsPerSecond: Double
    let stalenessMean: Double
    /// The speed as a share of as many times one worker's that has a machine for itself.
    let shareOfLinear: Double
    /// The part of their time in which workers wait for servers, or for one another.
    let waitingShare: Double
    let busiestLane: Double
    let busiestLine: Double
    let busiestCores: Double
    let limitedBy: String

    init(_ workload: Workload, _ costs: ExchangeCosts, _ shape: ClusterShape, loneStepsPerSecond: Double) {
      let forecast = Forecast(workload, costs, shape)
      let simulated = ClusterSimulation.speed(workload, costs, shape)
      workers = shape.workers
      servers = shape.servers
      stepsPerSecond = simulated.stepsPerSecond
      examplesPerSecond = simulated.stepsPerSecond * Double(workload.batch)
      formulaStepsPerSecond = forecast.stepsPerSecond
      stalenessMean = simulated.stalenessMean
      shareOfLinear = simulated.stepsPerSecond / (loneStepsPerSecond * Double(shape.workers))
      waitingShare = simulated.waitingShare
      (busiestLane, busiestLine) = (simulated.busiestLane, simulated.busiestLine)
      busiestCores = simulated.busiestCores
      let isInStep =
        !shape.consistency.isSync && forecast.bottleneck != .cores
        && simulated.stepsPerSecond < 0.9 * forecast.stepsPerSecond
      limitedBy = isInStep ? Self.inStep : forecast.bottleneck.rawValue
    }

    /// That workers lose time to one another which the formula knows nothing of.
    static let inStep = "workers in step"
  }

  /// Another network with the same workers and servers, by the formula.
  struct Network: Encodable {
    let network: String
    let examplesPerSecond: Double
    let shareOfLinear: Double
  }

  let model: String
  let weights: Int
  /// That travel each way for each mini-batch of a worker.
  let modelBytes: Int
  let batch: Int
  let computeSeconds: Double
  let coresPerMachine: Int
  /// `nil` if each process has one of its own.
  let machines: Int?
  let network: String
  let consistency: String
  let lanes: Int
  let areServersChosen: Bool
  /// What was not measured, in words.
  let assumed: [String]
  let plan: Row
  /// The number of workers beyond which more bring little, and what is full there; `nil` if there is none below 20,000.
  let kneeWorkers: Double?
  let kneeBottleneck: String?
  let table: [Row]
  let networks: [Network]
}

extension PlanReport {
  /// The report for people.
  var lines: [String] {
    let grouped = TaskProgress.grouped
    let cores = counted(coresPerMachine, "core")
    let machinesText = machines.map { "\(counted($0, "machine")) of \(cores)" }
    var lines = [
      "\(model): \(grouped(weights)) weights, \(number(Double(modelBytes) / 1e6)) MB each way for a mini-batch of \(batch), "
        + "computed in \(number(computeSeconds)) s"
    ]
    lines += assumed.map { "assumed: \($0)" }
    lines += [
      "",
      "\(counted(plan.workers, "worker")), \(counted(plan.servers, "server"))\(areServersChosen ? " (chosen)" : ""), "
        + "\(machinesText ?? "each on a machine of \(cores)"), \(network), \(consistency)",
      "  speed      \(number(plan.examplesPerSecond)) examples/s, \(number(plan.stepsPerSecond)) mini-batches/s: "
        + "\(percent(plan.shareOfLinear)) of \(grouped(plan.workers)) times one worker",
      "  staleness  \(number(plan.stalenessMean)) updates (mean)",
      "  waiting    \(percent(plan.waitingShare)) of the workers' time, for servers or for one another",
      "  busy       lanes \(percent(plan.busiestLane)), lines \(percent(plan.busiestLine))"
        + "\(machines == nil ? "" : ", cores \(percent(plan.busiestCores))") (the busiest of each)",
      "  knee       " + kneeText,
    ]
    if plan.limitedBy == Row.inStep {
      lines.append(
        "  in step    workers come to push at the same time, and wait for one another: more servers keep them apart")
    }
    lines.append("")
    let heading = ["workers", "servers", "steps/s", "by formula", "examples/s", "staleness", "of linear", "limited by"]
    lines +=
      TextTable(
        words: 0,
        rows: [heading]
          + table.map { row in
            [
              grouped(row.workers), grouped(row.servers), number(row.stepsPerSecond), number(row.formulaStepsPerSecond),
              number(row.examplesPerSecond), number(row.stalenessMean), percent(row.shareOfLinear), row.limitedBy,
            ]
          }
      ).lines
    guard !networks.isEmpty else { return lines }
    let rows = networks.map { [$0.network, number($0.examplesPerSecond), percent($0.shareOfLinear)] }
    return lines + [""] + TextTable(words: 1, rows: [["network", "by formula", "of linear"]] + rows).lines
  }

  private var kneeText: String {
    guard let kneeWorkers, let kneeBottleneck else { return "none below 20,000 workers" }
    return "at about \(number(kneeWorkers)) workers: then the \(kneeBottleneck) is full, and more of them bring little"
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(TaskProgress.grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

  /// Three digits, or all of a larger number.
  private func number(_ value: Double) -> String {
    value >= 100 ? TaskProgress.grouped(Int(value.rounded())) : String(format: value >= 10 ? "%.1f" : "%.2f", value)
  }
}
