public import Checkpoints
public import Models
public import Parameters
internal import Tensors

extension Network {
  /// The network of a run with the values of a checkpoint.
  public init(_ settings: RunSettings, from checkpoint: Checkpoint) throws {
    self.init(try ModelSpecification(parsing: settings.model), classes: settings.classes)
    let manifest = Manifest(of: self)
    for (index, chunk) in manifest.chunks.enumerated() {
      let state = try checkpoint.chunkState(index, of: manifest)
      setValue(ofParameter: chunk.tensor, fromRow: chunk.rows.lowerBound, values: state.values.values)
    }
  }
}
