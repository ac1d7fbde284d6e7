import Layers
import Models
import Tensors

/// A network with its first values, computed as a whole.
struct TrainableNetwork {
  var network: Network

  init(_ specification: String, classes: Int, seed: UInt64 = 1) throws {
    network = Network(try ModelSpecification(parsing: specification), classes: classes)
    for (index, description) in network.parameters.enumerated() {
      set(index, to: network.initialValues(of: description, seed: seed))
    }
  }

  mutating func set(_ index: Int, to values: Tensor) {
    network.setValue(ofParameter: index, fromRow: 0, values: values.values)
  }

  mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    var x = Features(x)
    for stage in 0..<network.stageCount { x = network.forward(stage: stage, x, mode: mode) }
    return x.tensor
  }

  /// The loss in training; the gradients are the network's afterwards.
  mutating func learn(_ x: Tensor, targets: Tensor) -> Double {
    let (loss, gradient) = sigmoidCrossEntropy(logits: forward(x, mode: .training), targets: targets)
    var dy = Features(gradient)
    for stage in (0..<network.stageCount).reversed() {
      if let dx = network.backward(stage: stage, dy) { dy = dx }
    }
    return loss
  }

  mutating func loss(_ x: Tensor, targets: Tensor) -> Double {
    sigmoidCrossEntropy(logits: forward(x, mode: .training), targets: targets).loss
  }
}
