/// Why a trial could not be made, or what it found wrong.
public struct TrialError: Error, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
