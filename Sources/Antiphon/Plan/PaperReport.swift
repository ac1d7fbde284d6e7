import Foundation
import Models
import Parameters
import Planning
import Training

/// The paper's clusters, and what the plan's model makes of them with two numbers that the paper does not tell, each taken
/// from one of its speeds: how fast a GPU computed (from ResNet-50's), and what a line carried (from VGG's, whose servers
/// are taken to have been full, since more GPUs "did not help significantly"). The other three speeds are foretold.
struct PaperReport: Encodable {
  struct Row: Encodable {
    let model: String
    let gpus: Int
    let servers: Int
    let paperStepsPerSecond: Double
    let stepsPerSecond: Double
    let ratio: Double
    /// Whether one of the two numbers was taken from the paper's speed of this row, so that it says nothing of the plan.
    let isFitted: Bool
    let stalenessMean: Double
    /// The busiest line of a server at that speed, 0...1.
    let busiestLine: Double
    /// GPUs beyond which more bring little with so many servers.
    let kneeGpus: Double?
    /// How many servers the plan would take.
    let chosenServers: Int
  }

  let lineBytesPerSecond: Double
  /// How many times as fast as two cores a GPU is.
  let gpuSpeed: Double
  let rows: [Row]

  /// - Parameter steps: Mini-batches of each worker that are simulated; by default as many as take a second or two.
  init(steps: Int? = nil) throws {
    let resnet = PaperCluster.all.first { $0.model == "resnet50" }!
    let vgg = PaperCluster.all.first { $0.model == "vgg19" }!
    let speed =
      resnet.stepsPerSecond * Double(PaperCluster.batch) / Double(resnet.gpus) / resnet.ourExamplesPerSecond
    let vggBytes = Double(Manifest(of: try vgg.network).count * MemoryLayout<Float>.size)
    let line = vggBytes * vgg.stepsPerSecond / Double(vgg.servers)
    gpuSpeed = speed
    lineBytesPerSecond = line
    rows = try PaperCluster.all.map { try Row($0, gpuSpeed: speed, lineBytesPerSecond: line, steps: steps) }
  }

  var lines: [String] {
    let heading = [
      "network", "GPUs", "servers", "paper's steps/s", "plan's", "ratio", "lines busy", "knee", "plan's servers",
    ]
    return [
      "The paper's clusters (Hershey et al. 2017), asynchronous, mini-batches of 128.",
      String(
        format:
          "A GPU is taken for %.1f times two cores of ours, by ResNet-50's speed; a line for %.1f Gbit/s, by VGG's.",
        gpuSpeed, lineBytesPerSecond * 8 / 1e9),
      "These two (*) were made to fit, and VGG's knee with them; the other three are foretold.",
      "The paper took a server for two GPUs throughout; the plan takes as many as keep lanes and lines half idle.",
      "",
    ]
      + TextTable(
        words: 1,
        rows: [heading]
          + rows.map { row in
            [
              row.model, "\(row.gpus)", "\(row.servers)", row.paperStepsPerSecond.formatted(decimals: 1),
              row.stepsPerSecond.formatted(decimals: 1),
              row.ratio.formatted(decimals: 2) + (row.isFitted ? "*" : " "),
              "\(Int((row.busiestLine * 100).rounded())) %", row.kneeGpus.map { "\(Int($0.rounded())) GPUs" } ?? "none",
              "\(row.chosenServers)",
            ]
          }
      ).lines
  }
}

extension PaperCluster {
  var network: Network {
    get throws { Network(try ModelSpecification(parsing: model), classes: PaperFigures.classes) }
  }
}

extension PaperReport.Row {
  init(_ cluster: PaperCluster, gpuSpeed: Double, lineBytesPerSecond: Double, steps: Int?) throws {
    let workload = Workload(
      try cluster.network, batch: PaperCluster.batch,
      computeSeconds: Double(PaperCluster.batch) / (cluster.ourExamplesPerSecond * gpuSpeed),
      variation: Calibration.assumed.computeVariation)
    let shape = ClusterShape(
      workers: cluster.gpus, servers: cluster.servers, cores: 16,
      network: .init(bytesPerSecond: lineBytesPerSecond, roundTripSeconds: 2e-4))
    let costs = Calibration.assumed.costs
    let simulated = ClusterSimulation.speed(workload, costs, shape, steps: steps)
    (model, gpus, servers) = (cluster.model, cluster.gpus, cluster.servers)
    paperStepsPerSecond = cluster.stepsPerSecond
    stepsPerSecond = simulated.stepsPerSecond
    ratio = stepsPerSecond / paperStepsPerSecond
    isFitted = cluster.isFitted
    stalenessMean = simulated.stalenessMean
    busiestLine = simulated.busiestLine
    kneeGpus = Forecast.knee(workload, costs, shape)?.workers
    chosenServers = Forecast.servers(workload, costs, for: shape)
  }
}
