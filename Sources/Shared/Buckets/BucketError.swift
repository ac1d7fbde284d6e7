/// Why something could not be done with an object of a bucket: what was asked for, what came and where, in one line.
public struct BucketError: Error, Equatable, CustomStringConvertible, Sendable {
  public enum Kind: Equatable, Sendable {
    /// There is no such object (404).
    case absent
    /// Somebody else has put an object there before (412).
    case taken
    /// The store understood, and did not do it: a wrong secret, a bucket that is not there, no room.
    case refused
    /// The store was not to be reached, or was not able to answer, however often it was asked.
    case unreachable
    /// What is to say where the bucket is, and who may use it, is wrong.
    case configuration
  }

  public let kind: Kind
  /// `s3://BUCKET/KEY`; empty where the error is not about one.
  public let address: String
  public let reason: String

  public var description: String { address.isEmpty ? reason : "\(address): \(reason)" }

  init(_ kind: Kind, at address: String = "", _ reason: String) {
    self.kind = kind
    self.address = address
    self.reason = reason
  }
}
