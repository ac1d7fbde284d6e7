/// Why embeddings cannot be made: one line with what was expected, what came and where.
public struct EmbeddingError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
