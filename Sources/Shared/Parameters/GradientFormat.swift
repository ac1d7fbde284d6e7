public import Tensors

/// How gradients travel. As text: `float32`, `bfloat16`, `float16`, `top:FRACTION` or `one-bit`.
///
/// The last two are for slow networks. What they leave out is added to the chunk's next gradient (`GradientWriter`), so
/// that in the sum nothing is lost; but Adam divides by the size of what comes, which is then not that of the gradients.
public enum GradientFormat: Equatable, Sendable, CustomStringConvertible {
  /// Each value by itself.
  case each(ValueFormat)
  /// The largest values of a chunk, and nothing of the others (`LargestFormat`).
  case largest(fraction: Double)
  /// One bit a value, and two means for each 512 (`SignFormat`).
  case oneBit

  /// A kept value takes 8 bytes: more than half of the values would take more than all of them.
  private static let fractions = 1e-6...0.5

  public init(parsing text: String) throws(SettingsError) {
    let fields = text.split(separator: ":", omittingEmptySubsequences: false)
    if text == "one-bit" {
      self = .oneBit
    } else if let format = ValueFormat(rawValue: text) {
      self = .each(format)
    } else if fields.count == 2, fields[0] == "top", let fraction = Double(fields[1]), Self.fractions ~= fraction {
      self = .largest(fraction: fraction)
    } else {
      let range = "\(Self.fractions.lowerBound) to \(Self.fractions.upperBound)"
      let forms = (ValueFormat.allCases.map(\.rawValue) + ["one-bit", "top:FRACTION (of \(range))"]).formatted
      throw SettingsError("expected gradients as \(forms), not as '\(text)'")
    }
  }

  public var description: String {
    switch self {
    case .each(let format): "\(format)"
    case .largest(let fraction): "top:\(fraction)"
    case .oneBit: "one-bit"
    }
  }

  /// How what is pushed to a kind of tensor travels in a run that has this format.
  public func format(of kind: Manifest.Kind) -> GradientFormat { kind == .statistic ? .each(.float32) : self }

  public func byteCount(of count: Int) -> Int {
    switch self {
    case .each(let format): format.byteCount(of: count)
    case .largest: LargestFormat.byteCount(keeping: kept(of: count))
    case .oneBit: SignFormat.byteCount(of: count)
    }
  }

  /// How many values of some are sent.
  func kept(of count: Int) -> Int {
    guard case .largest(let fraction) = self else { return count }
    return min(count, Int((fraction * Double(count)).rounded(.up)))
  }

  /// Reads a gradient that is not in memory as it is.
  ///
  /// - Parameter bytes: `byteCount(of: count)` of them.
  /// - Returns: `nil` where no writer writes such bytes.
  public func read(_ bytes: RawSpan, count: Int) -> Tensor? {
    switch self {
    case .each(let format): format.half?.read(bytes)
    case .largest: LargestFormat.read(bytes, count: count)
    case .oneBit: SignFormat.read(bytes, count: count)
    }
  }
}

extension GradientFormat: Codable {
  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
