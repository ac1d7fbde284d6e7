/// Whether a network learns or is used, and what it has to know of its mini-batch beside the values.
public struct Mode: Equatable, Sendable {
  /// Whether batch statistics normalise, and what the backward pass needs is kept; else running statistics normalise, and
  /// nothing is kept or dropped out.
  public let isTraining: Bool
  /// What is dropped out in training follows from it.
  public let seed: UInt64
  /// For each example of a mini-batch of clips, how many of its vectors are its own: those behind them only fill it up.
  /// `nil` where all are.
  public let lengths: [Int]?

  public static let training = Mode(isTraining: true)
  public static let inference = Mode(isTraining: false)

  public init(isTraining: Bool, seed: UInt64 = 0, lengths: [Int]? = nil) {
    self.isTraining = isTraining
    self.seed = seed
    self.lengths = lengths
  }
}
