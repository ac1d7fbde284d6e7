/// Why a checkpoint cannot be made or used: each is one line with what was expected, what came and where.
public enum CheckpointError: Error, Equatable, CustomStringConvertible, Sendable {
  /// A file or folder that cannot be read, with the system's reason.
  case unreadable(path: String, reason: String)
  /// A file or folder that cannot be written, with the system's reason.
  case unwritable(path: String, reason: String)
  /// A file whose bytes are not what was written.
  case damaged(path: String, reason: String)
  /// A place of checkpoints that cannot be asked now, so that it is not known what it has; perhaps later, if it may pass.
  case unreachable(path: String, reason: String, mayPass: Bool)
  /// What is to say where the checkpoints are.
  case misconfigured(_ reason: String)
  /// A checkpoint of another run, which has been told to keep its own in the same place.
  case otherRun(path: String)
  /// A checkpoint that is whole, but of another model or another optimizer.
  case otherModel(path: String, reason: String)

  /// Whether a checkpoint cannot be used because of it, and an older one may.
  var isFlaw: Bool {
    switch self {
    case .unreadable, .unwritable, .damaged: true
    case .unreachable, .misconfigured, .otherRun, .otherModel: false
    }
  }

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    case .damaged(let path, let reason): "\(path) is damaged: \(reason)"
    case .unreachable(let path, let reason, _):
      "cannot reach the checkpoints: \(path.isEmpty ? "" : "\(path): ")\(reason)"
    case .otherRun(let path): "\(path) is a checkpoint of another run: each run needs a place of its own"
    case .misconfigured(let reason): reason
    case .otherModel(let path, let reason): "\(path) is a checkpoint of another model: \(reason)"
    }
  }
}
