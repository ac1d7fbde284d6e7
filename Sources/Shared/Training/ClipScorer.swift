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
  public mutating func scores(ofPatches patches: Tensor) -> [Float] { Self.scores(logits: logits(ofPatches: patches)) }

  /// A score of each patch for each label.
  ///
  /// - Parameter patches: `[n, frames, bands, 1]`, at least one.
  /// - Returns: `[n, labels]`, 0...1.
  public mutating func outputs(ofPatches patches: Tensor) -> Tensor { sigmoid(logits(ofPatches: patches)) }

  /// What the network says of each patch.
  ///
  /// - Parameter patches: `[n, frames, bands, 1]`, at least one.
  /// - Returns: `[n, labels]`.
  mutating func logits(ofPatches patches: Tensor) -> Tensor {
    precondition(patches.shape[0] > 0, "a clip without patches has no scores")
    return network.infer(patches, batch: batch)
  }

  /// The mean of the patches' sigmoid outputs.
  ///
  /// - Parameter logits: `[n, labels]`, at least one.
  static func scores(logits: Tensor) -> [Float] {
    let classes = logits.shape[1]
    let outputs = sigmoid(logits)
    let values = outputs.values
    var sums = [Double](repeating: 0, count: classes)
    for index in values.indices { sums[index % classes] += Double(values[index]) }
    return sums.map { Float($0 / Double(logits.shape[0])) }
  }
}
