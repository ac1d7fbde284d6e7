import Layers
import Models
import Tensors
import Testing

@Suite struct `A whole network` {
  /// Along a direction for each parameter: partly random, partly the gradient, so that the derivative
  /// is far from zero.
  ///
  /// - Parameter step: Of a long network, every so many parameters.
  @Test(arguments: [
    ("resnet14-w2", 1), ("fc-2x5-b4", 1), ("alexnet-w2", 1), ("vgg19-w2", 1), ("vggish-w2", 1), ("inception-w4-b4", 7),
    ("fc-2x5-i7", 1), ("fc-2x5-i4x6", 1), ("average-pooling-2x6", 1), ("max-pooling-2x6", 1),
    ("single-attention-2x6", 1), ("multi-level-attention-2x6", 1), ("feature-level-attention-2x6", 1),
    ("second-order-attention-2x6-r3", 1),
  ])
  func `has the gradient of finite differences`(specification: String, step: Int) throws {
    // Batch norm makes of two clips the same two values, whatever they are.
    let patches = try Patches(specification.contains("-2x6") ? 6 : 2, classes: 5, for: specification)
    var learning = try TrainableNetwork(specification, classes: 5, seed: 6)
    learning.shiftActivations(by: 1.5)
    let start = learning
    _ = learning.learn(patches.x, targets: patches.targets)
    var input = Features(patches.x)
    for stage in 0..<learning.network.stageCount {
      for index in learning.network.parameterRange(ofStage: stage) where index % step == 0 {
        let parameter = learning.network.parameters[index]
        guard parameter.kind == .weight else { continue }
        let gradient = learning.network.gradient(ofParameter: index)
        let direction = Self.direction(gradient, seed: UInt64(index))
        let found = Self.derivative(direction, gradient) { step in
          var moved = start
          moved.set(index, to: Self.moved(moved.network.value(ofParameter: index), along: direction, by: step))
          return moved.loss(fromStage: stage, input, targets: patches.targets)
        }
        #expect(found.error < 0.05, "of \(parameter.name): \(found)")
      }
      input = learning.network.forward(stage: stage, input, mode: .training)
    }
  }

  @Test(arguments: [
    ("fc-2x16", Float(0.003)), ("resnet14-w2", 0.02), ("fc-2x16-i128", 0.01), ("average-pooling-1x64", 0.02),
    ("max-pooling-1x64", 0.02),
    ("single-attention-1x64", 0.02), ("multi-level-attention-2x64", 0.1), ("feature-level-attention-1x64", 0.02),
    ("second-order-attention-1x64-r2", 0.02),
  ])
  func `learns a handful of patches by heart with Adam`(specification: String, rate: Float) throws {
    let patches = try Patches(5, classes: 3, for: specification)
    var learning = try TrainableNetwork(specification, classes: 3)
    let count = learning.network.parameters.count
    var firstMoments = learning.network.parameters.map { Tensor($0.shape) }
    var secondMoments = firstMoments
    let before = learning.learn(patches.x, targets: patches.targets)
    for step in 1...40 {
      for index in 0..<count where learning.network.parameters[index].kind == .weight {
        learning.network.update(parameter: index) { parameter in
          let gradient = parameter.gradient
          Adam().update(
            &parameter.value, firstMoments: &firstMoments[index], secondMoments: &secondMoments[index],
            gradient: gradient.values, step: step, learningRate: rate)
        }
      }
      _ = learning.learn(patches.x, targets: patches.targets)
    }
    let after = learning.loss(patches.x, targets: patches.targets)
    #expect(after < before / 10, "from \(before) to \(after)")
  }

  private static func direction(_ gradient: Tensor, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed, stream: "direction")
    let values = gradient.array
    let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let random = generator.normal(values.count, deviation: 1 / Float(values.count).squareRoot())
    return zip(values, random).map { $0 / norm + $1 / 2 }
  }

  private static func moved(_ tensor: Tensor, along direction: [Float], by step: Float) -> Tensor {
    Tensor(tensor.shape, values: zip(tensor.array, direction).map { $0 + step * $1 })
  }

  /// The derivative that the gradient says, that of central differences, and how far they are apart, as a part of the
  /// gradient's norm: at the best of three steps, since a large one passes kinks of ReLUs, and a small one is lost in
  /// rounding; the first that is good will do. What is below 0.001 is rounding, too.
  private static func derivative(
    _ direction: [Float], _ gradient: Tensor, _ loss: (Float) -> Double
  ) -> (found: Double, expected: Double, error: Double) {
    var (found, squares) = (0.0, 0.0)
    for (step, slope) in zip(direction, gradient.array) {
      found += Double(step) * Double(slope)
      squares += Double(slope) * Double(slope)
    }
    var best = (found: found, expected: 0.0, error: Double.infinity)
    let steps: [Float] = [1 / 128, 1 / 512, 1 / 2048, 1 / 8192]
    for step in steps {
      let expected = (loss(step) - loss(-step)) / Double(2 * step)
      let error = abs(found - expected) / (squares.squareRoot() + 1e-3)
      if error < best.error { best = (found, expected, error) }
      if error < 0.02 { break }
    }
    return best
  }
}
