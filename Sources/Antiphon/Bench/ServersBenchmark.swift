import ArgumentParser
import Clusters
import Foundation
import Parameters
import Telemetry
import Tensors

struct ServersBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "servers",
    abstract: "Measures the exchange of whole models between workers and parameter servers.",
    discussion: """
      Starts real parameter servers in a temporary folder, and workers whose gradients are known whole numbers. First the \
      workers pull the model and push gradients for new weights as fast as they can, in turn with as many processes that \
      move as many bytes over ZeroMQ alone; then they train for an epoch of leases, a mini-batch each. What the servers \
      hold in the end is checked value by value.

      With --compute, computing is a timed wait, so that a few cores can stand for many machines: there is only the epoch \
      then. Several numbers of workers show how steps/s grow.

      Examples:
        antiphon bench servers --servers 2 --workers 2 --megabytes 120
        antiphon bench servers --servers 20 --workers 1,2,5,10,20,40 --megabytes 4 --compute 0.5
      """)

  @Option(help: "Parameter servers, each a process.")
  var servers = 2

  @Option(help: "Threads with which each server takes gradients.")
  var lanes = 1

  @Option(help: "Other servers that hold each update before it is acknowledged: 0 or 1.")
  var replicas = 0

  @Option(
    help: "Workers, each a process, 1 to 200; several numbers, with commas between, are measured one after the other.")
  var workers = WorkerCounts(counts: [2])

  @Option(help: "The size of the model: a fully connected network with one hidden layer.")
  var megabytes = 120

  @Option(help: "How processes reach one another: tcp, or ipc as they do by themselves on one machine.")
  var transport = BenchmarkSetting.Transport.tcp

  @Option(help: "What servers do with gradients: adam, or sgd, whose sums can be checked exactly.")
  var optimizer = "adam"

  @Option(help: "Seconds that a mini-batch takes to compute, by a timed wait; 0 for none.")
  var compute = 0.0

  @Option(help: "Steps of each worker in a round.")
  var steps = 10

  @Option(help: "How often pull and push are measured; the median counts.")
  var rounds = 3

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for (name, value, most) in [
      ("--servers", servers, 100), ("--lanes", lanes, 64), ("--megabytes", megabytes, 2000), ("--steps", steps, 1000),
      ("--rounds", rounds, 100),
    ] where !(1...most).contains(value) {
      throw ValidationError("\(name) must be in 1...\(most), it is \(value).")
    }
    // A worker that says nothing for longer would be taken for dead.
    guard (0...5).contains(compute) else { throw ValidationError("--compute must be in 0...5, it is \(compute).") }
    guard (0...1).contains(replicas), replicas < servers else {
      throw ValidationError("--replicas must be 0, or 1 with at least two --servers, it is \(replicas).")
    }
    // Beyond, roundings could pass for a gradient that was lost.
    let pushes = (workers.counts.max() ?? 0) * steps * (rounds + 1)
    guard pushes <= 10_000 else {
      throw ValidationError(
        "expected 10,000 pushes at most, --steps \(steps), --rounds \(rounds) and the workers make about \(pushes).")
    }
    do {
      _ = try OptimizerSetting(parsing: optimizer)
    } catch { throw ValidationError("--optimizer: \(error).") }
  }

  func run() throws {
    signal(SIGPIPE, SIG_IGN)  // a process that has died is told of in words
    try reportingErrors {
      let cases = try Interruption.watched(goesOn: false) { display, interrupting in
        try workers.counts.flatMap { workers in
          try measure(
            workers: workers,
            showing: {
              display.update(
                TaskProgress("bench", done: $0, total: $1, unit: "phases", details: ["\(servers) x \(workers)"]))
            }, interrupting: interrupting)
        }
      }
      try output.show(ServersReport(cases: cases), ServersReport(cases: cases).lines)
    }
  }

  private func measure(
    workers: Int, showing show: (Int, Int) -> Void, interrupting: @escaping () throws -> Void
  ) throws -> [ServersCase] {
    let setting = BenchmarkSetting(
      servers: servers, lanes: lanes, replicas: replicas, workers: workers, modelBytes: megabytes * 1_000_000,
      transport: transport, optimizer: try OptimizerSetting(parsing: optimizer), computeSeconds: compute, steps: steps,
      rounds: rounds)
    let path = FileManager.default.temporaryDirectory.appending(path: "antiphon-bench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let measurement = try ServersMeasurement(setting, in: path, interrupting: interrupting)
    defer { measurement.kill() }
    return try measurement.cases(showing: show)
  }
}
