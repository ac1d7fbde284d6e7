public import Datasets
public import Models

extension Dataset {
  /// Opens a dataset as a network reads it: patch by patch or clip by clip.
  ///
  /// - Throws: `DatasetError` where there is none, or its patches are others than those of the network, or there are no labels.
  public init(opening folder: String, for model: ModelSpecification) throws(DatasetError) {
    let dataset = try Dataset(opening: folder, of: nil)
    guard dataset.description.classes > 0 else {
      throw .invalid(path: folder, reason: "expected labels for \(model), its sounds have none")
    }
    let shape = dataset.description.patchShape
    let patches: NetworkInput =
      switch dataset.description.kind {
      case .embedding: .vector(size: shape[0])
      case .logMel: .patch(frames: shape[0], bands: shape[1])
      }
    switch (model.input, patches) {
    case (.clip(let wanted), .vector(let size)) where wanted == size: self = dataset.read(by: .clip)
    case (let wanted, _) where wanted == patches: self = dataset
    default: throw .invalid(path: folder, reason: "expected \(model.input) for \(model), found \(patches)")
    }
  }
}
