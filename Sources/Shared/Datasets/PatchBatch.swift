internal import Audio
public import Tensors

/// A mini-batch of patches or of whole clips, and what they are labelled.
public struct PatchBatch: Sendable {
  /// Log-mel values, `[n, frames, bands, 1]`, or embeddings, `[n, vectors, 1, size]`: of each example as many as the longest
  /// one has. A shorter clip is filled up with its own vectors, from its first one on, so that batch norm sees nothing else.
  public var input: Tensor
  /// `[n, classes]` of 0 and 1, or of what lies between where examples are mixed.
  public var targets: Tensor
  /// How many vectors of each example are its own; `nil` where all are.
  public var lengths: [Int]?
  /// Of what is at random in computing.
  public var seed: UInt64 = 0

  /// - Parameter examples: At least one.
  public init(_ examples: [DrawnExample], of description: DatasetDescription) {
    let size = description.patchSize
    let counts = examples.map { $0.bytes.count / size }
    let most = counts.max()!
    var input = Tensor(uninitialized: description.inputShape(examples.count, patches: most))
    var targets = Tensor([examples.count, description.classes])
    for (row, example) in examples.enumerated() {
      var values = input.mutableValues
      for first in stride(from: 0, to: most * size, by: example.bytes.count) {
        let part = example.bytes.span.extracting(0..<min(example.bytes.count, most * size - first))
        description.quantization.write(part, into: &values, from: row * most * size + first)
      }
      var marks = targets.mutableValues
      for label in example.labels { marks[row * description.classes + label] = 1 }
    }
    self.input = input
    self.targets = targets
    lengths = counts.allSatisfy { $0 == most } ? nil : counts
  }
}
