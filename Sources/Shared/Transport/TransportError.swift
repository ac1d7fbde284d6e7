/// Why messages could not be sent or received.
public enum TransportError: Error, Equatable, CustomStringConvertible {
  /// A ZeroMQ function failed.
  case call(String, reason: String)
  /// A server answered that the asker is wrong there.
  case refused(String)
  /// A server did not answer for as long as one may wait.
  case silent(server: String, seconds: Double)
  /// The wait was given up because the program is to stop.
  case cancelled

  public var description: String {
    switch self {
    case .call(let name, let reason): "\(name): \(reason)"
    case .refused(let reason): "refused: \(reason)"
    case .silent(let server, let seconds): "\(server) was to answer, but has been silent for \(Int(seconds)) s"
    case .cancelled: "stopped while waiting for a server"
    }
  }
}
