import Models
import Tensors

/// A mini-batch of noise, with the labels of nothing: it can only be learnt by heart.
struct RandomBatch {
  let patches: Tensor
  let targets: Tensor

  /// How many of the labels an example has: AudioSet's have about 2 in 1000.
  static let labelProbability: Float = 0.002

  init(_ examples: Int, for specification: ModelSpecification, seed: UInt64) {
    let classes = TrainedNetwork.classes(of: specification)
    var generator = SeededGenerator(seed: seed)
    // Of the mean and the deviation of log-mel values, which networks bring to 0 and 1.
    patches = Tensor([examples] + specification.input.shape) { generator.normal($0, deviation: 2).map { $0 - 3 } }
    targets = Tensor([examples, classes]) { count in
      (0..<count).map { _ in generator.uniform() < Self.labelProbability ? 1 : 0 }
    }
  }
}
