/// A bucket of an object store, and what the keys of its objects begin with: `s3://BUCKET/PREFIX`.
public struct BucketAddress: Equatable, Sendable, CustomStringConvertible {
  public let bucket: String
  /// Without a slash at its ends; may be empty.
  public let prefix: String

  /// - Throws: `BucketError` where the address has no bucket, or has characters that do not stand for themselves in URLs.
  public init(parsing text: String) throws(BucketError) {
    let parts = text.dropFirst(5).split(separator: "/", omittingEmptySubsequences: false)
    let path = parts.last == "" ? parts.dropLast() : parts[...]
    let isPlain = path.allSatisfy { part in
      part.first != "." && !part.isEmpty && part.utf8.allSatisfy { Self.isPlain($0) }
    }
    guard text.hasPrefix("s3://"), let bucket = path.first, isPlain else {
      throw BucketError(
        .configuration, "expected s3://BUCKET/PREFIX with ASCII letters, digits and - _ . alone, '\(text)' came")
    }
    self.bucket = String(bucket)
    prefix = path.dropFirst().joined(separator: "/")
  }

  public var description: String { prefix.isEmpty ? "s3://\(bucket)" : "s3://\(bucket)/\(prefix)" }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
