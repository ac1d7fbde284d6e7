/// By what rule workers draw the patches that they train on.
public enum Sampling: String, CaseIterable, Codable, Sendable, CustomStringConvertible {
  /// Uniformly from all patches, each once in an epoch (Hershey et al. 2017, section 3.2).
  case uniform
  /// Each class equally often: the next class of a shuffled queue, the next clip of its own shuffled list, one patch of
  /// that (Kong et al. 2017 and 2020).
  case balanced

  public var description: String { rawValue }

  public init(parsing text: String) throws(SettingsError) {
    guard let sampling = Sampling(rawValue: text) else {
      throw SettingsError("expected uniform or balanced as sampling, not '\(text)'")
    }
    self = sampling
  }
}
