internal import Audio
public import Tensors

/// A mini-batch of patches, and what their clips are labelled.
public struct PatchBatch: Sendable {
  /// Log-mel values, `[n, frames, bands, 1]`, or embeddings, `[n, size]`.
  public var input: Tensor
  /// `[n, classes]` of 0 and 1, or of what lies between where examples are mixed.
  public var targets: Tensor
  private let quantization: Quantization

  /// A mini-batch of which nothing is written yet.
  public init(_ count: Int, of description: DatasetDescription) {
    input = Tensor(uninitialized: [count] + description.patchShape)
    targets = Tensor([count, description.classes])
    quantization = description.quantization
  }

  /// Makes a patch an example; each row is written once.
  public mutating func write(_ patch: Int, of clip: Clip, into row: Int) {
    let (size, quantization) = (clip.patchSize, quantization)
    var values = input.mutableValues
    quantization.write(
      clip.patches.span.extracting(patch * size..<(patch + 1) * size), into: &values, from: row * size)
    let classes = targets.shape[1]
    var marks = targets.mutableValues
    for label in clip.labels { marks[row * classes + label] = 1 }
  }
}
