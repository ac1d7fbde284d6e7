/// How well the network named clips of the validation part, by an evaluator, at a checkpoint of the run: a line of
/// `validation.jsonl`.
///
/// The weights are those that the servers had when the checkpoint had just been made; in `async` they may be some updates
/// newer than the checkpoint's.
public struct ValidationResult: Codable, Equatable, Sendable {
  /// When it was found, in seconds since 1970.
  public var unixSeconds: Double
  /// The global step of the checkpoint.
  public var step: Int
  public var clips: Int
  /// The mean loss of the clips' patches, as in training.
  public var loss: Double
  /// The mean average precision; `nil`, as the next two, where no label can be scored.
  @Nullable public var map: Double?
  @Nullable public var auc: Double?
  @Nullable public var dPrime: Double?
  /// How long the scoring took.
  public var seconds: Double

  public init(
    unixSeconds: Double, step: Int, clips: Int, loss: Double, map: Double?, auc: Double?, dPrime: Double?,
    seconds: Double
  ) {
    self.unixSeconds = unixSeconds
    self.step = step
    self.clips = clips
    self.loss = loss
    self.map = map
    self.auc = auc
    self.dPrime = dPrime
    self.seconds = seconds
  }

  enum CodingKeys: String, CodingKey {
    case unixSeconds = "unix_seconds"
    case step, clips, loss, map, auc
    case dPrime = "d_prime"
    case seconds
  }
}
