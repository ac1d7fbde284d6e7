/// How a process ended.
public enum ProcessEnding: Equatable, Sendable, CustomStringConvertible {
  case exit(Int32)
  case signal(Int32)
  /// It has ended, and nobody can tell how.
  case unknown

  /// Whether it failed, as far as the system tells: who cannot know has to look at what was left behind.
  public var isFailure: Bool { self != .exit(0) && self != .unknown }

  public var description: String {
    switch self {
    case .exit(let code): "exit code \(code)"
    case .signal(let number): "signal \(number)"
    case .unknown: "an end that the system does not tell"
    }
  }
}
