import ArgumentParser
import Models
import Parameters
import Planning
import Telemetry

struct Plan: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Foretells how fast a cluster will train: how many servers, what network, where more workers bring little.",
    discussion: """
      Each worker computes, sends its gradients as it finds them, and awaits new weights stage by stage; each lane of a \
      server takes one message after the other; each machine's line carries one after the other in each direction. A \
      formula tells how fast that is where nobody waits for another, a simulation of single messages how fast otherwise.

      Without --servers, it chooses the fewest with which no lane and no line is busy more than half of the time, or nearly \
      as little as they can be: beyond some number, more servers do not divide the work, since a chunk is one server's. \
      Without --calibration, the machines are assumed to be like those on which Antiphon was written, with --cores cores.

      Examples:
        antiphon bench calibrate --model resnet50 --into calibration.json
        antiphon plan --model resnet50 --workers 40 --network 10gbit --calibration calibration.json
        antiphon plan --paper
      """)

  @Option(help: "The network: \(ModelSpecification.forms).")
  var model: String?

  @Option(help: "Workers.")
  var workers: Int?

  @Option(help: "Parameter servers; by default as many as it takes.")
  var servers: Int?

  @Option(help: "Threads with which each server takes gradients.")
  var lanes = 1

  @Option(help: "Patches in a mini-batch.")
  var batch = 128

  @Option(help: "Labels; the paper has 3087.")
  var classes = PaperFigures.classes

  @Option(help: "What each machine's line carries in each direction: 10gbit, 500mbit.")
  var network = NetworkRate(bitsPerSecond: 10e9)

  @Option(help: "Milliseconds from a question to its answer between two machines.")
  var roundTripMilliseconds = 0.2

  @Option(help: "'async', 'staleness-aware', 'bounded:S' or 'sync', as of 'antiphon train'.")
  var consistency = "async"

  @Option(help: "Cores of each machine; by default those that were calibrated, or 16.")
  var cores: Int?

  @Option(help: "Machines that all processes share; by default each process has its own.")
  var hosts: Int?

  @Option(help: "What 'antiphon bench calibrate' wrote.")
  var calibration: String?

  @Flag(help: "Show the paper's clusters instead, its speeds, and what this model makes of them.")
  var paper = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard !paper else { return }
    guard model != nil, workers != nil else { throw ValidationError("expected --model and --workers, or --paper.") }
    let counts = [
      ("workers", workers, RunSettings.mostWorkers), ("servers", servers, 1000), ("lanes", lanes, 64),
      ("batch", batch, 1_000_000), ("classes", classes, 1_000_000), ("cores", cores, 4096), ("hosts", hosts, 10_000),
    ]
    for (name, value, most) in counts {
      if let value, !(1...most).contains(value) {
        throw ValidationError("--\(name) must be in 1...\(most), it is \(value).")
      }
    }
    guard 0...10_000 ~= roundTripMilliseconds else {
      throw ValidationError("--round-trip-milliseconds must be in 0...10000, it is \(roundTripMilliseconds).")
    }
  }

  func run() throws {
    try reportingErrors {
      if paper {
        let report = try PaperReport()
        return try output.show(report, report.lines)
      }
      let report = try report()
      try output.show(report, report.lines)
    }
  }

  private func report() throws -> PlanReport {
    let specification = try ModelSpecification(parsing: model!)
    let network = Models.Network(specification, classes: classes)
    let known = try calibration.map(Calibration.init(file:)) ?? .assumed
    let cores = cores ?? (calibration == nil ? 16 : known.threads)
    let shape = try ClusterShape(
      workers: workers!, servers: servers ?? 1, lanes: lanes, placement: hosts.map { .together(hosts: $0) } ?? .apart,
      cores: cores,
      network: .init(bytesPerSecond: self.network.bytesPerSecond, roundTripSeconds: roundTripMilliseconds / 1000),
      consistency: Consistency(parsing: consistency, workers: workers!))
    let scenario = try PlanScenario(network, batch: batch, known, shape, servers: servers)
    let display = ProgressDisplay()
    defer { display.finish() }
    return scenario.report(
      network: self.network, areServersChosen: servers == nil, assumed: assumptions(of: specification, known, cores)
    ) { display.update(TaskProgress("plan", done: $0, total: $1, unit: "clusters simulated")) }
  }

  /// What was not measured of just this.
  private func assumptions(of specification: ModelSpecification, _ known: Calibration, _ cores: Int) -> [String] {
    var lines: [String] = []
    if calibration == nil {
      let machines = "machines of \(cores) core\(cores == 1 ? "" : "s") of an AMD EPYC (Zen 4)"
      lines.append("\(machines): 'antiphon bench calibrate' measures yours")
    } else if cores != known.threads || hosts != nil {
      lines.append("with other threads than the \(known.threads) that were calibrated, computing is faster by as much")
    }
    if known.model != "\(specification)" {
      lines.append("as many multiplies in a second as \(known.model) does")
    }
    return lines
  }
}
