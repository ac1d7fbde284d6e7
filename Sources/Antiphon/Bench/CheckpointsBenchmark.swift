import ArgumentParser
import Foundation
import Parameters
import Telemetry
import Tensors

struct CheckpointsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "checkpoints",
    abstract: "Measures what training loses while checkpoints are written.",
    discussion: """
      Starts real parameter servers in a temporary folder, and workers that take a timed wait for computing and push \
      gradients that are known whole numbers. They train without a checkpoint and, in turn, while the servers write one \
      after the other without a pause. What the servers hold in the end is checked value by value.

      Example: antiphon bench checkpoints --servers 1 --workers 2 --shard-megabytes 1000 --compute 2
      """)

  @Option(help: "Parameter servers, each a process.")
  var servers = 1

  @Option(help: "Workers, each a process, 1 to 200.")
  var workers = 1

  @Option(help: "The size of each server's shard of a checkpoint: its weights, and twice as much for Adam.")
  var shardMegabytes = 1000

  @Option(help: "How processes reach one another: tcp, or ipc as they do by themselves on one machine.")
  var transport = BenchmarkSetting.Transport.ipc

  @Option(help: "Seconds that a mini-batch takes to compute, by a timed wait.")
  var compute = 2.0

  @Option(help: "Steps of each worker in a phase.")
  var steps = 10

  @Option(help: "How often training is measured without and with checkpoints; the medians count.")
  var rounds = 3

  @Option(help: "Where the run's folder is made: the disk that is written to (default: that for temporary files).")
  var folder = FileManager.default.temporaryDirectory.path

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for (name, value, most) in [
      ("--servers", servers, 100), ("--workers", workers, 200), ("--shard-megabytes", shardMegabytes, 10_000),
      ("--steps", steps, 1000), ("--rounds", rounds, 100),
    ] where !(1...most).contains(value) {
      throw ValidationError("\(name) must be in 1...\(most), it is \(value).")
    }
    guard (0...60).contains(compute) else { throw ValidationError("--compute must be in 0...60, it is \(compute).") }
    // Beyond, roundings could pass for a gradient that was lost.
    guard workers * (2 * steps * rounds + 1) <= 10_000 else {
      throw ValidationError("expected 10,000 pushes at most of --workers x 2 x --steps x --rounds.")
    }
  }

  func run() throws {
    signal(SIGPIPE, SIG_IGN)  // a process that has died is told of in words
    try reportingErrors {
      let setting = BenchmarkSetting(
        servers: servers, lanes: 1, replicas: 0, workers: workers, modelBytes: servers * shardMegabytes * 1_000_000 / 3,
        transport: transport, optimizer: try OptimizerSetting(parsing: "adam"), computeSeconds: compute, steps: steps,
        rounds: rounds)
      let result = try Interruption.watched(goesOn: false) { display, interrupting in
        try measure(
          setting,
          showing: { display.update(TaskProgress("bench", done: $0, total: $1, unit: "phases")) },
          interrupting: interrupting)
      }
      try output.show(CheckpointsReport(cases: [result]), lines(of: result))
    }
  }

  private func measure(
    _ setting: BenchmarkSetting, showing show: (Int, Int) -> Void, interrupting: @escaping () throws -> Void
  ) throws -> CheckpointsCase {
    let path = URL(filePath: folder).appending(path: "antiphon-bench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let measurement = try CheckpointsMeasurement(setting, in: path, interrupting: interrupting)
    defer { measurement.kill() }
    return try measurement.result(showing: show)
  }

  private func lines(of result: CheckpointsCase) -> [String] {
    let text: (Double, Int) -> String = { $0.formatted(decimals: $1) }
    return [
      "\(result.servers) servers with \(text(Double(result.shardBytes) / 1e6, 0)) MB each, \(result.workers) workers that compute "
        + "\(text(result.computeSeconds, 1)) s",
      "a checkpoint takes \(text(result.checkpointSeconds, 2)) s, \(text(result.bytesPerSecond / 1e9, 2)) GB/s",
    ]
      + TextTable(
        words: 1,
        rows: [
          ["", "steps/s", "share", "cores of \(AvailableCores().count)"],
          ["without", text(result.stepsPerSecond, 3), "", text(result.cores, 2)],
          [
            "while saving", text(result.stepsPerSecondWhileSaving, 3), "\(text(result.ratio * 100, 1)) %",
            text(result.coresWhileSaving, 2),
          ],
        ]
      ).lines
  }
}

/// What `antiphon bench checkpoints` prints.
private struct CheckpointsReport: Encodable {
  let benchmark = "checkpoints"
  let cases: [CheckpointsCase]
}
