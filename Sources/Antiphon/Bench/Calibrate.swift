import ArgumentParser
import Foundation
import Models
import Planning
import Telemetry
import Tensors

struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures what 'antiphon plan' has to know of this machine, and writes it into a file.",
    discussion: """
      How long a mini-batch takes to compute on a worker, and what a server and a worker spend for each message and each \
      byte that they exchange, over TCP. Nothing else should run meanwhile. The line between machines is not measured: \
      'antiphon plan --network' is told of it.

      Example: antiphon bench calibrate --model resnet50 --into calibration.json
      """)

  @Option(help: "The network: \(ModelSpecification.forms).")
  var model: String

  @Option(help: "The file to write.")
  var into: String

  @Option(help: "Patches in a mini-batch.")
  var batch = 128

  @Option(help: "Labels; the paper has 3087.")
  var classes = PaperFigures.classes

  @Option(help: "Threads that compute.")
  var threads = AvailableCores().count

  @Option(help: "For how many seconds the computing is measured at least.")
  var seconds = 20.0

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for (name, value) in [("batch", batch), ("classes", classes), ("threads", threads)] {
      guard 1...1_000_000 ~= value else { throw ValidationError("--\(name) must be in 1...1000000, it is \(value).") }
    }
    guard 0...3600 ~= seconds else { throw ValidationError("--seconds must be in 0...3600, it is \(seconds).") }
  }

  func run() throws {
    signal(SIGPIPE, SIG_IGN)  // a process that has died is told of in words
    try reportingErrors {
      let specification = try ModelSpecification(parsing: model)
      let network = Network(specification, classes: classes)
      let calibration = try Interruption.watched(goesOn: false) { display, interrupting in
        display.update(TaskProgress("calibrate", done: 0, total: 2, unit: "parts", details: ["exchange"]))
        let costs = try ExchangeMeasurement(servers: 1, workers: 1, interrupting: interrupting).costs
        let cores = AvailableCores().count
        var crowded = try ExchangeMeasurement(servers: 2 * cores, workers: 4 * cores, interrupting: interrupting).costs
        // In a crowd, a question waits for cores: that is what the simulation tells.
        crowded.localRoundTripSeconds = costs.localRoundTripSeconds
        display.update(TaskProgress("calibrate", done: 1, total: 2, unit: "parts", details: ["computing"]))
        let compute = try ComputeMeasurement(
          network, batch: batch, threads: threads, leastSeconds: seconds, interrupting: interrupting)
        display.finish(TaskProgress("calibrate", done: 2, total: 2, unit: "parts"))
        return Calibration(
          model: "\(specification)", multiplies: network.layers.multiplies, batch: batch, threads: threads,
          computeSeconds: compute.seconds, computeVariation: compute.variation, costs: costs, crowdedCosts: crowded)
      }
      try calibration.write(to: into)
      try output.show(calibration, calibration.lines + ["written to \(into)"])
    }
  }
}
