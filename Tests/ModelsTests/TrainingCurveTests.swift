import Models
import Tensors
import Testing

@Suite struct `A narrow network` {
  @Test(arguments: TrainingCurve.stored)
  func `learns as PyTorch's does`(curve: TrainingCurve) throws {
    let stored = TrainingCurves.stored
    let batches = (0..<stored.batches).map(stored.patches)
    var learning = try LearningNetwork(curve, classes: stored.classes)
    for (step, expected) in curve.losses.enumerated() {
      let batch = batches[step % batches.count]
      let loss = learning.step(step + 1, batch.x, targets: batch.targets)
      try #require(abs(loss - expected) <= 1e-3 * expected, "\(loss), not \(expected), at step \(step + 1)")
    }
    let logits = learning.trainable.forward(batches[0].x, mode: .inference).array
    try #require(logits.count == curve.logits.count)
    let size = (curve.logits.reduce(0) { $0 + $1 * $1 } / Double(logits.count)).squareRoot()
    for (logit, expected) in zip(logits, curve.logits) {
      #expect(abs(Double(logit) - expected) <= 1e-2 * size, "logits have a root mean square of \(size)")
    }
  }
}

/// A network that learns by itself: what servers do to its parameters is done here.
private struct LearningNetwork {
  var trainable: TrainableNetwork
  private let curve: TrainingCurve
  private var firstMoments: [Tensor]
  private var secondMoments: [Tensor]

  init(_ curve: TrainingCurve, classes: Int) throws {
    self.curve = curve
    trainable = try TrainableNetwork(curve.model, classes: classes)
    let parameters = trainable.network.parameters
    firstMoments = parameters.map { Tensor($0.shape) }
    secondMoments = firstMoments
    let weights = parameters.indices.filter { parameters[$0].kind == .weight }
    for (number, index) in weights.enumerated() {
      trainable.set(index, to: TrainingCurves.firstValues(ofWeight: number, parameters[index].shape))
    }
  }

  /// - Parameter number: From 1.
  /// - Returns: The loss before the step.
  mutating func step(_ number: Int, _ x: Tensor, targets: Tensor) -> Double {
    let loss = trainable.learn(x, targets: targets)
    for (index, parameter) in trainable.network.parameters.enumerated() {
      var value = trainable.network.value(ofParameter: index)
      let gradient = trainable.network.gradient(ofParameter: index)
      switch (parameter.kind, curve.optimizer) {
      case (.statistic, _):
        value.scale(by: 0.99)
        value.add(gradient, times: 0.01)
      case (.weight, .sgd): value.add(gradient, times: -curve.learningRate)
      case (.weight, .adam):
        Adam().update(
          &value, firstMoments: &firstMoments[index], secondMoments: &secondMoments[index],
          gradient: gradient.values, step: number, learningRate: curve.learningRate)
      }
      trainable.set(index, to: value)
    }
    return loss
  }
}

extension Tensor {
  fileprivate mutating func add(_ other: Tensor, times factor: Float) {
    var scaled = other
    scaled.scale(by: factor)
    add(scaled)
  }
}
