import Models
import Parameters
import Tensors

/// Tells whether the weights of a run are what known gradients must have made of the first ones.
struct WeightJudge {
  private let network: Network
  private let settings: RunSettings
  private let gradient: KnownGradient
  private let expected: [Float]
  private let rate: Float
  private var initial: (tensor: Int, values: Tensor)?

  /// - Parameter pushes: How often each worker pushed.
  init(_ network: Network, settings: RunSettings, pushes: [Int]) {
    self.network = network
    self.settings = settings
    gradient = KnownGradient(optimizer: settings.optimizer)
    expected = gradient.distances(afterPushes: pushes)
    rate = settings.learningRate.rate(at: 0)
  }

  /// What is wrong with some rows of a tensor; `nil` if nothing is.
  mutating func fault(of tensor: Int, fromRow row: Int, _ values: Span<Float>) -> BenchmarkError? {
    let description = network.parameters[tensor]
    if initial?.tensor != tensor {
      initial = (tensor, network.initialValues(of: description, seed: settings.seed))
    }
    let first = row * description.shape.dropFirst().reduce(1, *)
    let before = initial!.values.values
    for index in values.indices {
      let position = first + index
      let distance = (before[position] - values[index]) / rate
      let due = expected[position % expected.count]
      guard gradient.isReached(due, by: distance) else {
        return BenchmarkError(
          "expected value \(position) of \(description.name) to have moved by \(due) steps, it moved by \(distance): "
            + "a gradient was lost, or applied twice")
      }
    }
    return nil
  }
}
