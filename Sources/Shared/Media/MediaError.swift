/// Why a recording could not be had: what was expected, and what came.
public struct MediaError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: Equatable, Sendable {
    /// What was given is no address of the web.
    case noAddress
    /// It leads to where strangers must not be led.
    case notPublic
    /// It cannot be fetched: nobody answers, or with no media.
    case unreachable
    /// It is more, or takes longer, than is allowed.
    case beyondLimits
    /// It has no sound that can be decoded.
    case notMedia
    /// A program that is needed is not on this machine.
    case missingProgram
    /// Nobody wants it any more.
    case unwanted
  }

  public let kind: Kind
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
