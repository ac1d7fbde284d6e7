internal import Audio
public import Checkpoints
public import Datasets
internal import Foundation
internal import Models
public import Tensors

/// What makes the vectors of a dataset out of log-mel patches: a network, and the postprocessor of what that puts out.
///
/// It is kept beside the vectors, so that whoever learnt from these can hear sound: one safetensors file with the tensors
/// of both, which `antiphon embed` takes as its network and as its principal components, too.
public struct EmbeddingMaker: Sendable {
  public static let fileName = "embedder.safetensors"
  /// The metadata has the network's name by this key.
  private static let modelKey = "model"

  private(set) var embedder: Embedder
  let postprocessor: Postprocessor

  /// - Precondition: The postprocessor is one of the network's embeddings.
  public init(_ embedder: Embedder, _ postprocessor: Postprocessor) {
    precondition(postprocessor.inputs == embedder.size, "a postprocessor of the network's embeddings")
    self.embedder = embedder
    self.postprocessor = postprocessor.rounded
  }

  /// Reads what made a dataset's embeddings.
  ///
  /// - Parameter other: Another folder in which it may be, where the dataset's has none.
  /// - Throws: `EmbeddingError` where it is not there, or is another one: its checksums are those that the dataset knows.
  ///   Of embeddings that others have released nobody knows any.
  public init(of dataset: Dataset, or other: String? = nil) throws {
    let folders = [dataset.folder] + (other.map { [$0] } ?? [])
    let isThere = folders.first { FileManager.default.fileExists(atPath: "\($0)/\(Self.fileName)") }
    let path = "\(isThere ?? dataset.folder)/\(Self.fileName)"
    guard isThere != nil else {
      let remedy =
        dataset.description.embedding?.isKnown == false
        ? "released ones come without, and 'antiphon prepare --embedder' puts it there, also beside what is there already"
        : "'antiphon embed' writes it, also beside what it has made before"
      throw EmbeddingError("expected what made the embeddings as \(path): \(remedy)")
    }
    let file = try SafetensorsFile(path)
    guard let name = file.metadata[Self.modelKey] else {
      throw EmbeddingError("\(path): expected a file whose __metadata__ tells its '\(Self.modelKey)'")
    }
    let frontEnd = dataset.description.frontEnd
    let patches = NetworkInput.patch(frames: frontEnd.framesPerPatch, bands: frontEnd.bands)
    let specification = try ModelSpecification(parsing: name)
    guard specification.input == patches else {
      throw EmbeddingError("\(path): expected a network of \(patches), found one of \(specification.input)")
    }
    let embedder = try Embedder(specification, reading: file, path)
    let postprocessor = try Postprocessor(reading: path)
    guard postprocessor.inputs == embedder.size else {
      throw EmbeddingError("\(path): expected components of \(embedder.size) values, found \(postprocessor.inputs)")
    }
    self.init(embedder, postprocessor)
    let expected = dataset.description.embedding
    guard let expected, expected.mayBe(origin) else {
      throw EmbeddingError(
        "\(path): expected what made \(expected?.description ?? "log-mel patches"), found that of \(origin)")
    }
  }

  /// Writes it beside the vectors.
  public func write(into folder: String) throws(CheckpointError) {
    let metadata = [Self.modelKey: embedder.name, Postprocessor.networkKey: embedder.checksum.hexadecimal]
    try SafetensorsFile.write(
      embedder.tensors + postprocessor.tensors, metadata: metadata, to: "\(folder)/\(Self.fileName)")
  }

  /// Copies what made a dataset's vectors, where that is kept, to be beside the same ones in another folder, too.
  public static func copy(from folder: String, into other: String) throws {
    let (source, target) = ("\(folder)/\(fileName)", "\(other)/\(fileName)")
    let files = FileManager.default
    guard files.fileExists(atPath: source), !files.fileExists(atPath: target) else { return }
    try files.createDirectory(atPath: other, withIntermediateDirectories: true)
    try? files.removeItem(atPath: "\(target).part")
    try files.copyItem(atPath: source, toPath: "\(target).part")
    try files.moveItem(atPath: "\(target).part", toPath: target)
  }

  /// Whose vectors these are.
  var origin: EmbeddingOrigin {
    EmbeddingOrigin(
      network: embedder.name, digest: "\(embedder.checksum.hexadecimal)-\(postprocessor.checksum.hexadecimal)")
  }

  /// The vectors of patches.
  ///
  /// - Parameter patches: `[n, frames, bands, 1]`.
  /// - Returns: `[n, 128]`, as they are kept.
  public mutating func vectors(of patches: Tensor) -> [UInt8] {
    postprocessor.bytes(of: embedder.embeddings(of: patches))
  }
}
