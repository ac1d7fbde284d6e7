internal import Checkpoints
internal import Datasets
public import Models
public import Tensors

/// Computes embeddings: what a network without its output layer makes of each patch.
public struct Embedder: Sendable {
  private var network: Network
  private let batch: Int

  public var specification: ModelSpecification { network.specification }
  /// For people: `resnet50-w64`.
  public var name: String { "\(specification)" }
  /// The values of an embedding.
  public var size: Int { network.outputs }

  /// - Parameters:
  ///   - network: One without an output layer, with its values.
  ///   - batch: The most patches that are computed at once.
  public init(_ network: Network, batch: Int = 128) {
    precondition(network.classes == 0, "an embedder's network has no output layer")
    self.network = network
    self.batch = batch
  }

  /// The embeddings of patches.
  ///
  /// - Parameter patches: `[n, frames, bands, 1]`.
  /// - Returns: `[n, size]`.
  public mutating func embeddings(of patches: Tensor) -> Tensor { network.infer(patches, batch: batch) }

  /// A checksum of the network's values.
  public var checksum: Checksum {
    var network = network
    var checksum = Checksum()
    for index in network.parameters.indices {
      unsafe checksum.add(network.value(ofParameter: index).values.bytes)  // a number has no padding
    }
    return checksum
  }
}

extension Embedder {
  /// The tensors of the network, with their names.
  var tensors: [(name: String, values: Tensor)] {
    var network = network
    return network.parameters.indices.map { (network.parameters[$0].name, network.value(ofParameter: $0)) }
  }

  /// The network of a file that has all its tensors.
  ///
  /// - Parameter path: Of the file, for people.
  init(_ specification: ModelSpecification, reading file: SafetensorsFile, _ path: String) throws {
    var network = Network(withoutOutput: specification)
    for (index, parameter) in network.parameters.enumerated() {
      let values = try file.values(of: parameter.name)
      guard values.shape == parameter.shape else {
        throw EmbeddingError("\(path): expected '\(parameter.name)' of \(parameter.shape), found \(values.shape)")
      }
      network.setValue(ofParameter: index, fromRow: 0, values: values.values)
    }
    self.init(network)
  }
}
