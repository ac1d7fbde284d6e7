public import Tensors

/// How values travel, each by itself: `float32`, `bfloat16` or `float16`.
///
/// Statistics always travel as Float: a variance over all examples is not to be rounded, and they are few.
public enum ValueFormat: String, CaseIterable, Codable, Sendable, CustomStringConvertible {
  /// As they are in memory.
  case float32
  case bfloat16
  case float16

  public init(parsing text: String) throws(SettingsError) {
    guard let format = ValueFormat(rawValue: text) else {
      throw SettingsError("expected values as \(Self.forms), not as '\(text)'")
    }
    self = format
  }

  public init(from decoder: any Decoder) throws {
    try self.init(parsing: decoder.singleValueContainer().decode(String.self))
  }

  static var forms: String { allCases.map(\.rawValue).formatted }

  public var description: String { rawValue }

  /// How two bytes hold a value; `nil` where four do, as in memory.
  public var half: HalfFormat? {
    switch self {
    case .float32: nil
    case .bfloat16: .bfloat16
    case .float16: .float16
    }
  }

  public func byteCount(of count: Int) -> Int { half == nil ? 4 * count : 2 * count }

  /// How values of a kind travel in a run that has this format.
  public func format(of kind: Manifest.Kind) -> ValueFormat { kind == .statistic ? .float32 : self }
}

extension [String] {
  /// "a, b or c".
  var formatted: String { count < 2 ? joined() : dropLast().joined(separator: ", ") + " or " + self[count - 1] }
}
