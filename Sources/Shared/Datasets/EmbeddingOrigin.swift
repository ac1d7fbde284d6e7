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

  /// Whether there are checksums of what made them.
  public var isKnown: Bool { !digest.isEmpty }

  /// Whether vectors of another origin may be looked upon as of this one: where this one is not known, by their size.
  public func mayBe(_ other: EmbeddingOrigin) -> Bool { isKnown ? self == other : size == other.size }

  public var description: String { "embeddings of \(network)\(isKnown ? " (\(digest))" : ", \(size) values each")" }
}
