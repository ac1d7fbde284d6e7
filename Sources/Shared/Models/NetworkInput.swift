/// What a network is shown of an example.
public enum NetworkInput: Equatable, Sendable, CustomStringConvertible {
  /// A log-mel patch, `[batch, frames, bands, 1]`.
  case patch(frames: Int, bands: Int)
  /// An embedding, `[batch, 1, 1, size]`.
  case vector(size: Int)
  /// All embeddings of a clip, `[batch, vectors, 1, size]`; clips may be of any length.
  case clip(size: Int)

  /// The vectors of a clip of ten seconds in AudioSet's release: what a clip costs is told for as many.
  static let usualVectors = 10

  /// The shape of an example; of clips, that of a usual one.
  public var shape: [Int] {
    switch self {
    case .patch(let frames, let bands): [frames, bands, 1]
    case .vector(let size): [1, 1, size]
    case .clip(let size): [Self.usualVectors, 1, size]
    }
  }

  var channels: Int { shape[2] }

  /// As a model's name has them: `20x64`, `128`.
  var sizes: String {
    switch self {
    case .patch(let frames, let bands): "\(frames)x\(bands)"
    case .vector(let size), .clip(let size): "\(size)"
    }
  }

  public var description: String {
    switch self {
    case .patch(let frames, let bands): "log-mel patches of \(frames) frames and \(bands) bands"
    case .vector(let size): "embeddings of \(size) values"
    case .clip(let size): "clips of embeddings of \(size) values"
    }
  }
}
