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

  /// Sets the shift of each batch norm, so that fewer activations are near the kink of the ReLU that follows.
  mutating func shiftActivations(by shift: Float) {
    for (index, parameter) in network.parameters.enumerated() where parameter.name.hasSuffix(".shift") {
      let count = parameter.shape[0]
      set(index, to: Tensor([count], values: [Float](repeating: shift, count: count)))
    }
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

  /// The loss, computed on from a stage whose input is known.
  mutating func loss(fromStage first: Int, _ x: Features, targets: Tensor) -> Double {
    var x = x
    for stage in first..<network.stageCount { x = network.forward(stage: stage, x, mode: .training) }
    return sigmoidCrossEntropy(logits: x.tensor, targets: targets).loss
  }

  mutating func loss(_ x: Tensor, targets: Tensor) -> Double {
    loss(fromStage: 0, Features(x), targets: targets)
  }
}
