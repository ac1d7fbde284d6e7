import Foundation
import Layers
import Models
import Tensors
import Transport

/// How long a mini-batch takes to compute, forward and backward, as a worker does it but without servers.
struct ComputeMeasurement {
  /// The median of the single mini-batches.
  let seconds: Double
  /// Their standard deviation as a share of that, estimated by the median deviation: a single one that was disturbed says
  /// little of the others.
  let variation: Double

  /// - Parameters:
  ///   - leastSeconds: For how long is measured at least, after one mini-batch that does not count.
  ///   - interrupting: Throws once the measurement is to end.
  init(
    _ network: Network, batch: Int, threads: Int, leastSeconds: Double, interrupting: () throws -> Void
  ) throws {
    var network = network
    for (index, description) in network.parameters.enumerated() {
      let values = network.initialValues(of: description, seed: 0)
      network.setValue(ofParameter: index, fromRow: 0, values: values.values)
    }
    var generator = SeededGenerator(seed: 1)
    let shape = [batch] + network.specification.input.shape
    let patches = Tensor(shape, values: generator.normal(shape.reduce(1, *), deviation: 2))
    let labels = (0..<batch * network.classes).map { _ -> Float in generator.uniform() < 0.002 ? 1 : 0 }
    let targets = Tensor([batch, network.classes], values: labels)
    var times: [Double] = []
    try ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      let begin = Clock.seconds
      while times.count < 4 || Clock.seconds - begin < leastSeconds {
        try interrupting()
        let start = Clock.seconds
        Self.compute(&network, patches, targets)
        times.append(Clock.seconds - start)
      }
    }
    times.removeFirst()
    let middle = times.median
    seconds = middle
    variation = 1.4826 * times.map { abs($0 - middle) }.median / middle
  }

  private static func compute(_ network: inout Network, _ patches: Tensor, _ targets: Tensor) {
    var x = Features(patches)
    for stage in 0..<network.stageCount { x = network.forward(stage: stage, x, mode: .training) }
    let (_, gradient) = sigmoidCrossEntropy(logits: x.tensor, targets: targets)
    var dy = Features(gradient)
    for stage in (0..<network.stageCount).reversed() {
      if let dx = network.backward(stage: stage, dy) { dy = dx }
      for index in network.parameterRange(ofStage: stage) { _ = network.gradient(ofParameter: index) }
    }
  }
}
