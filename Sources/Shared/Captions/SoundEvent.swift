/// A sound that was heard from one time to another.
public struct SoundEvent: Equatable, Sendable {
  /// The index of its label.
  public var label: Int
  /// In seconds from the beginning of the recording.
  public var begin: Double
  public var end: Double
  /// The highest score within, 0...1.
  public var score: Float

  public init(label: Int, begin: Double, end: Double, score: Float) {
    self.label = label
    self.begin = begin
    self.end = end
    self.score = score
  }

  public var seconds: Double { end - begin }
}
