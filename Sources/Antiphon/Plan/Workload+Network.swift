import Models
import Parameters
import Planning
import Training

extension Workload {
  /// What a worker does that trains a network; each stage takes as much of the time as it has of the multiplies.
  init(
    _ network: Network, batch: Int, computeSeconds: Double, computing: Computing = .threads(1), variation: Double
  ) {
    let multiplies = network.stageSummaries.map(\.layers.multiplies)
    let total = Double(max(1, multiplies.reduce(0, +)))
    self.init(
      Manifest(of: network),
      stages: multiplies.indices.map {
        Stage(tensors: network.parameterRange(ofStage: $0), share: Double(multiplies[$0]) / total)
      }, batch: batch, computeSeconds: computeSeconds, computing: computing, variation: variation)
  }
}
