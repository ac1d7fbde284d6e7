/// Why a checkpoint cannot be made or used: each is one line with what was expected, what came and where.
public enum CheckpointError: Error, Equatable, CustomStringConvertible, Sendable {
  /// A file or folder that cannot be read, with the system's reason.
  case unreadable(path: String, reason: String)
  /// A file or folder that cannot be written, with the system's reason.
  case unwritable(path: String, reason: String)
  /// A file whose bytes are not what was written.
  case damaged(path: String, reason: String)
  /// A checkpoint that is whole, but of another model or another optimizer.
  case otherModel(path: String, reason: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    case .damaged(let path, let reason): "\(path) is damaged: \(reason)"
    case .otherModel(let path, let reason): "\(path) is a checkpoint of another model: \(reason)"
    }
  }
}
