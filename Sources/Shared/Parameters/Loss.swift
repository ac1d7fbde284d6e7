/// What workers make smaller: the mean over the labels of each example.
public enum Loss: Equatable, Sendable, CustomStringConvertible {
  case crossEntropy
  /// What is as good as certain counts for little (Lin et al. 2017): by the power `gamma` of what is missing from
  /// certainty. `alpha` is the share of the labels that are there; where it is `nil`, both count as they are.
  case focal(gamma: Float, alpha: Float?)

  /// How likely each label is at first, if it is not left at even odds: with the focal loss as rare as Lin et al. have it,
  /// or the many labels that are not there drown all others in the beginning.
  public var prior: Float? { self == .crossEntropy ? nil : 0.01 }

  public var description: String {
    switch self {
    case .crossEntropy: "cross-entropy"
    case .focal(let gamma, let alpha): "focal:\(gamma)" + (alpha.map { ":\($0)" } ?? "")
    }
  }

  /// Reads `cross-entropy`, `focal`, `focal:GAMMA` or `focal:GAMMA:ALPHA`.
  public init(parsing text: String) throws(SettingsError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.dropFirst().map { Float($0) ?? .nan }
    guard let name = parts.first, name == "focal", numbers.count <= 2, (0...100).contains(numbers.first ?? 2),
      numbers.count < 2 || (0...1).contains(numbers[1])
    else {
      guard text == "cross-entropy" else {
        throw SettingsError(
          "expected cross-entropy or focal:GAMMA:ALPHA, GAMMA in 0...100 and ALPHA in 0...1, as loss, not '\(text)'")
      }
      self = .crossEntropy
      return
    }
    self = .focal(gamma: numbers.first ?? 2, alpha: numbers.count == 2 ? numbers[1] : nil)
  }
}

extension Loss: Codable {
  /// As a text.
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
