/// A colour of the page that a drawing stands on, which has others on light ground than on dark.
public enum Colour: String, Sendable {
  case one, two, three, quiet

  /// As a style sheet's value.
  var value: String { "var(--\(rawValue))" }
}
