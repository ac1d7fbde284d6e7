/// A count that is 0 where its key is not there: in a record that an earlier version wrote.
@propertyWrapper
public struct ZeroWhereAbsent: Codable, Equatable, Sendable {
  public var wrappedValue: Int

  public init(wrappedValue: Int) {
    self.wrappedValue = wrappedValue
  }

  public init(from decoder: any Decoder) throws {
    wrappedValue = try decoder.singleValueContainer().decode(Int.self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

extension KeyedDecodingContainer {
  /// What the compiler's own decoding of a type with such a count calls.
  func decode(_ type: ZeroWhereAbsent.Type, forKey key: Key) throws -> ZeroWhereAbsent {
    try decodeIfPresent(type, forKey: key) ?? ZeroWhereAbsent(wrappedValue: 0)
  }
}
