/// Something that happened in a run: a line of `events.jsonl`.
public struct RunEvent: Codable, Equatable, Sendable {
  public enum Kind: String, Codable, Sendable {
    /// Server 0 has started, from a checkpoint or from nothing.
    case started
    /// A process takes part, or another server has been started anew.
    case joined
    /// A process took leave.
    case left
    /// A process is not heard of any more.
    case silent
    /// A checkpoint was made, or could not be made.
    case checkpoint, failed
    /// An evaluator has scored a checkpoint.
    case validation
    /// Somebody wants another number of workers.
    case scaled
    /// Somebody, or the evaluators' results, wants the run to end.
    case stopped
    case ended
  }

  /// When it was, in seconds since 1970.
  public var unixSeconds: Double
  /// The global step then.
  public var step: Int
  public var kind: Kind
  /// In words.
  public var text: String

  public init(unixSeconds: Double, step: Int, kind: Kind, text: String) {
    self.unixSeconds = unixSeconds
    self.step = step
    self.kind = kind
    self.text = text
  }

  enum CodingKeys: String, CodingKey {
    case unixSeconds = "unix_seconds"
    case step, kind, text
  }
}
