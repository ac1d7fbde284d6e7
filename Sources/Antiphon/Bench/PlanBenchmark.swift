import ArgumentParser
import Foundation
import Models
import Parameters
import Planning
import Telemetry
import Tensors
import Training
import Transport

/// Holds what `antiphon plan` foretells against runs of many processes.
struct PlanBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Holds what the plan's simulation foretells against real processes on this machine.",
    discussion: """
      Starts real parameter servers, and workers whose computing is a timed wait, and has them train for an epoch. Before \
      each, the simulation is told what there will be: as many processes on one machine of these cores, which exchange at \
      the costs that 'antiphon bench calibrate' measured there.

      Example: antiphon bench plan --calibration calibration.json --servers 16 --workers 1,16,64 --megabytes 16
      """)

  @Option(help: "What 'antiphon bench calibrate' wrote on this machine.")
  var calibration: String

  @Option(help: "Parameter servers, each a process.")
  var servers = 16

  @Option(help: "Workers, each a process, 1 to 200; several numbers with commas between.")
  var workers = WorkerCounts(counts: [1, 16, 64])

  @Option(help: "The size of the model; a megabyte for each server, so that each has something to do.")
  var megabytes = 16

  @Option(help: "Seconds that a mini-batch takes to compute, by a timed wait.")
  var compute = 2.0

  @Option(help: "Mini-batches of each worker.")
  var steps = 10

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for (name, value, most) in [("servers", servers, 100), ("megabytes", megabytes, 2000), ("steps", steps, 1000)]
    where !(1...most).contains(value) {
      throw ValidationError("--\(name) must be in 1...\(most), it is \(value).")
    }
    // A worker that says nothing for longer would be taken for dead.
    guard (0...5).contains(compute) else { throw ValidationError("--compute must be in 0...5, it is \(compute).") }
  }

  func run() throws {
    signal(SIGPIPE, SIG_IGN)  // a process that has died is told of in words
    try reportingErrors {
      let costs = try Calibration(file: calibration).crowdedCosts
      let report = PlanBenchmarkReport(
        cases: try Interruption.watched(goesOn: false) { display, interrupting in
          try workers.counts.enumerated().map { index, count in
            display.update(
              TaskProgress(
                "bench", done: index, total: workers.counts.count, unit: "cases", details: ["\(servers) x \(count)"]))
            return try measure(count, costs, interrupting)
          }
        })
      try output.show(report, report.lines)
    }
  }

  private func measure(
    _ workers: Int, _ costs: ExchangeCosts, _ interrupting: @escaping () throws -> Void
  ) throws -> PlanCase {
    let setting = BenchmarkSetting(
      servers: servers, lanes: 1, replicas: 0, workers: workers, modelBytes: megabytes * 1_000_000, transport: .tcp,
      optimizer: try OptimizerSetting(parsing: "adam"), computeSeconds: compute, steps: steps, rounds: 1)
    let shape = ClusterShape(
      workers: workers, servers: servers, placement: .together(hosts: 1), cores: AvailableCores().count,
      network: .init(bytesPerSecond: .infinity, roundTripSeconds: 0))
    let foretold = ClusterSimulation.epoch(setting.workload, costs, shape, steps: steps)
    let path = FileManager.default.temporaryDirectory.appending(path: "antiphon-bench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let start = Clock.seconds
    let run = try BenchmarkedRun(setting, in: path, interrupting: interrupting)
    defer { run.kill() }
    let first = try run.perform(.pushPull, steps: 1).map(\.end).max()! - start
    let before = (status: try run.status(), usage: try run.usage())
    let reports = try run.perform(.train, steps: steps)
    let after = (status: try run.status(), usage: try run.usage())
    try run.check()
    let steps = reports.reduce(0) { $0 + $1.steps }
    let speed = Double(steps) / reports.seconds
    let staleness = after.status.staleness - before.status.staleness
    return PlanCase(
      case: "plan-\(servers)x\(workers)-\(megabytes)mb", servers: servers, workers: workers, megabytes: megabytes,
      computeSeconds: compute, examplesPerSecond: speed * Double(setting.run.batch),
      foretoldStepsPerSecond: foretold.stepsPerSecond, stepsPerSecond: speed,
      stepsRatio: foretold.stepsPerSecond / speed, foretoldStalenessMean: foretold.stalenessMean,
      stalenessMean: staleness.mean, stalenessRatio: workers > 1 ? foretold.stalenessMean / staleness.mean : nil,
      foretoldCores: foretold.busiestCores * Double(shape.cores),
      cores: (after.usage.all.cpuSeconds - before.usage.all.cpuSeconds) / reports.seconds,
      startToFirstStepSeconds: first, peakBytes: after.usage.servers.peakBytes)
  }
}

/// How many updates were how stale, together.
private struct StalenessSum {
  let updates: Int
  let sum: Double

  var mean: Double { updates > 0 ? sum / Double(updates) : 0 }

  static func - (a: StalenessSum, b: StalenessSum) -> StalenessSum {
    StalenessSum(updates: a.updates - b.updates, sum: a.sum - b.sum)
  }
}

extension RunStatus {
  fileprivate var staleness: StalenessSum {
    let updates = stalenessHistogram.reduce(0, +)
    return StalenessSum(updates: updates, sum: stalenessMean * Double(updates))
  }
}

extension BenchmarkSetting {
  /// What its workers do, for a plan.
  fileprivate var workload: Workload {
    let network = Network(model, classes: run.classes)
    let manifest = Manifest(of: network)
    // As `SyntheticTraining` waits: each stage as much as it has weights.
    let stages = (0..<network.stageCount).map { stage in
      let tensors = network.parameterRange(ofStage: stage)
      let count = manifest.entries[tensors].reduce(0) { $0 + $1.count }
      return Workload.Stage(tensors: tensors, share: Double(count) / Double(manifest.count))
    }
    return Workload(
      manifest, stages: stages, batch: run.batch, computeSeconds: computeSeconds, computing: .timedWait, variation: 0)
  }
}
