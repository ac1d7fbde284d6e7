import Layers
import Models
import Tensors

/// A network in training in one process: what a worker computes of a mini-batch, and what servers make of it.
///
/// Weights, gradients and Adam's two moments are each there once.
struct TrainedNetwork {
  /// The labels of a network: those of the paper, and AudioSet's where it hears clips of embeddings.
  static func classes(of specification: ModelSpecification) -> Int {
    if case .clip = specification.input { 527 } else { 3087 }
  }

  private var network: Network
  private var firstMoments: [Tensor] = []
  private var secondMoments: [Tensor] = []
  private var step = 0

  private let adam = Adam()
  private let learningRate: Float = 1e-4
  private let statisticsDecay: Float = 0.99

  init(_ specification: ModelSpecification, seed: UInt64) {
    network = Network(specification, classes: Self.classes(of: specification))
    for (index, description) in network.parameters.enumerated() {
      let values = network.initialValues(of: description, seed: seed)
      network.setValue(ofParameter: index, fromRow: 0, values: values.values)
    }
  }

  /// One step on a mini-batch.
  ///
  /// - Returns: The loss before the step.
  mutating func train(on batch: RandomBatch) -> Double {
    step += 1
    let logits = forward(batch.patches, mode: .training)
    let (loss, gradient) = sigmoidCrossEntropy(logits: logits, targets: batch.targets)
    backward(gradient)
    return loss
  }

  /// The scores of patches, each in 0...1.
  mutating func scores(of patches: Tensor) -> Tensor { sigmoid(forward(patches, mode: .inference)) }

  /// Whether each weight and each statistic is a number.
  mutating func isFinite() -> Bool {
    network.parameters.indices.allSatisfy { network.value(ofParameter: $0).isFinite }
  }

  private mutating func forward(_ patches: Tensor, mode: Mode) -> Tensor {
    var x = Features(patches)
    for stage in 0..<network.stageCount { x = network.forward(stage: stage, x, mode: mode) }
    return x.tensor
  }

  /// Changes the parameters of each stage as soon as their gradients are found, as servers do.
  private mutating func backward(_ gradient: Tensor) {
    if firstMoments.isEmpty {
      firstMoments = network.parameters.map { Tensor($0.kind == .weight ? $0.shape : [0]) }
      secondMoments = network.parameters.map { Tensor($0.kind == .weight ? $0.shape : [0]) }
    }
    var dy = Features(gradient)
    for stage in (0..<network.stageCount).reversed() {
      if let dx = network.backward(stage: stage, dy) { dy = dx }
      for index in network.parameterRange(ofStage: stage) { update(index) }
    }
  }

  private mutating func update(_ index: Int) {
    network.update(parameter: index) { parameter in
      let gradient = parameter.gradient
      switch parameter.kind {
      case .weight:
        adam.update(
          &parameter.value, firstMoments: &firstMoments[index], secondMoments: &secondMoments[index],
          gradient: gradient.values, step: step, learningRate: learningRate)
      case .statistic:
        let seen = gradient.values
        var average = parameter.value.mutableValues
        for place in seen.indices { average[place] += (seen[place] - average[place]) * (1 - statisticsDecay) }
      }
    }
  }
}
