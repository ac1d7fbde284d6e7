/// Whose vectors the patches of a dataset are: those of equal origins can be compared.
public struct EmbeddingOrigin: Codable, Equatable, Sendable, CustomStringConvertible {
  /// The size of the vectors in AudioSet's schema.
  public static let audioSetSize = 128

  /// What made them, for people: `resnet50-w64`, or `released`.
  public var network: String
  /// Checksums of the network's values and the postprocessor's; empty where they are not known.
  public var digest: String
  /// The number of values of a vector.
  public var size: Int

  public init(network: String, digest: String, size: Int = Self.audioSetSize) {
    self.network = network
    self.digest = digest
    self.size = size
  }

  public var description: String { "embeddings of \(network)\(digest.isEmpty ? "" : " (\(digest))")" }
}
