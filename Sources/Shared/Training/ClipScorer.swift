import Layers
public import Models
public import Tensors

/// Scores clips with a trained network: a clip's score for a label is the mean of its patches' sigmoid outputs (Hershey
/// et al., section 3.2).
public struct ClipScorer {
  private var network: Network
  private let batch: Int

  /// - Parameter batch: The most patches that are computed at once; a longer clip is cut.
  public init(_ network: Network, batch: Int = 128) {
    self.network = network
    self.batch = batch
  }

  /// The scores of one clip.
  ///
  /// - Parameter patches: `[n, frames, bands, 1]`, at least one.
  /// - Returns: A score in 0...1 for each label.
  public mutating func scores(ofPatches patches: Tensor) -> [Float] {
    let count = patches.shape[0]
    precondition(count > 0, "a clip without patches has no scores")
    let patchSize = patches.count / count
    var sums = [Double](repeating: 0, count: network.classes)
    for first in stride(from: 0, to: count, by: batch) {
      let size = min(batch, count - first)
      var x = Tensor(uninitialized: [size] + patches.shape.dropFirst())
      let source = patches.values
      var target = x.mutableValues
      for index in 0..<size * patchSize { target[index] = source[first * patchSize + index] }
      var features = Features(x)
      for stage in 0..<network.stageCount {
        features = network.forward(stage: stage, features, mode: .inference)
      }
      let outputs = sigmoid(features.tensor)
      let values = outputs.values
      for row in 0..<size {
        for label in sums.indices { sums[label] += Double(values[row * sums.count + label]) }
      }
    }
    return sums.map { Float($0 / Double(count)) }
  }
}
