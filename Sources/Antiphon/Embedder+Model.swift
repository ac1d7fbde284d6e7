import Checkpoints
import Clusters
import Datasets
import Embeddings
import Foundation
import Models
import Parameters
import Tensors
import Training

extension Embedder {
  /// The network that a user names: that of a run, or of a safetensors file whose `__metadata__` tells its `model`.
  ///
  /// - Parameters:
  ///   - choice: Which checkpoint of a run is meant.
  ///   - note: Is told of each checkpoint that is damaged, and not used.
  init(named path: String, _ choice: RunScorer.Choice = .newest, note: (String) -> Void) throws {
    let model: String
    var weights: StartingWeights
    var isFolder: ObjCBool = false
    if unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      let folder = try RunFolder(opening: path)
      let settings = try folder.settings()
      model = settings.model
      weights = StartingWeights(try RunScorer.checkpoint(choice, of: folder, settings, note: note))
    } else {
      guard let name = try SafetensorsFile(path).metadata["model"] else {
        throw SettingsError(
          "expected a run, or a safetensors file whose __metadata__ tells its 'model': \(path) does not")
      }
      model = name
      weights = try StartingWeights(path)
    }
    let specification = try ModelSpecification(parsing: model)
    let patches = NetworkInput.patch(frames: 96, bands: 64)
    guard specification.input == patches else {
      throw SettingsError("expected a network of \(patches), \(specification) is one of \(specification.input)")
    }
    self.init(try Network(withoutOutput: specification, values: &weights))
  }
}

extension EmbeddingMaker {
  /// A network as `Embedder(named:)` takes it, and the principal components of its embeddings.
  ///
  /// - Parameter pca: The components' file; `nil` where the network's file has them too, as `antiphon embed` writes it.
  init(named path: String, pca: String?, note: (String) -> Void) throws {
    let embedder = try Embedder(named: path, note: note)
    let postprocessor: Postprocessor
    do {
      postprocessor = try Postprocessor(reading: pca ?? path, of: embedder)
    } catch  where pca == nil {
      throw SettingsError(
        "expected principal components in \(path), as 'antiphon embed' writes them, or --pca: \(error)")
    }
    self.init(embedder, postprocessor)
  }
}

extension Network {
  /// A network without its output layer, with values that must all be there.
  fileprivate init(withoutOutput model: ModelSpecification, values weights: inout StartingWeights) throws {
    self.init(withoutOutput: model)
    let manifest = Manifest(of: self)
    if let missing = weights.missing(from: manifest).first {
      throw SettingsError("expected '\(missing.name)' of \(missing.shape) in \(weights.path), as \(model) has it")
    }
    for chunk in manifest.chunks {
      let state = try weights.state(of: chunk, in: manifest, slots: 0)
      setValue(ofParameter: chunk.tensor, fromRow: chunk.rows.lowerBound, values: state!.values.values)
    }
  }
}

extension Postprocessor {
  /// Reads a file that must be made for the embeddings of a network.
  init(reading path: String, of embedder: Embedder) throws {
    try self.init(reading: path)
    let network = path.hasSuffix(".npz") ? nil : try SafetensorsFile(path).metadata[Self.networkKey]
    guard network == nil || network == embedder.checksum.hexadecimal else {
      throw SettingsError("\(path) has the principal components of another network's embeddings: choose another file")
    }
    guard inputs == embedder.size else {
      throw SettingsError(
        "expected principal components of the \(embedder.size) values of \(embedder.name), \(path) has them of \(inputs)"
      )
    }
  }
}
