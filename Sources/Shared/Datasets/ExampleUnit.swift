/// What of a clip is one example for a network.
public enum ExampleUnit: Sendable {
  case patch
  /// All its patches together.
  case clip
}
