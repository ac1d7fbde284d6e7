/// Where an object store is, and who asks it.
public struct BucketAccess: Sendable, CustomStringConvertible, CustomReflectable {
  /// The start of each URL: `https://s3.eu-central-1.amazonaws.com`, without a slash at its end.
  let endpoint: String
  let region: String
  let keyID: String
  let secret: String
  let sessionToken: String?

  /// Reads the variables that the tools of Amazon read: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`,
  /// `AWS_SESSION_TOKEN`, `AWS_REGION`, and for other stores than Amazon's `AWS_ENDPOINT_URL`.
  ///
  /// - Throws: `BucketError` that names what is missing or wrong.
  public init(_ environment: [String: String]) throws(BucketError) {
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    guard let keyID = value("AWS_ACCESS_KEY_ID"), let secret = value("AWS_SECRET_ACCESS_KEY") else {
      let missing = value("AWS_ACCESS_KEY_ID") == nil ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"
      throw BucketError(.configuration, "checkpoints in s3:// need \(missing) in the environment, it is not there")
    }
    let given = value("AWS_ENDPOINT_URL")
    guard let region = value("AWS_REGION") ?? given.map({ _ in "us-east-1" }) else {
      throw BucketError(
        .configuration, "checkpoints in s3:// need AWS_REGION or AWS_ENDPOINT_URL in the environment, neither is there")
    }
    let endpoint = given ?? "https://s3.\(region).amazonaws.com"
    guard endpoint.hasPrefix("http://") || endpoint.hasPrefix("https://") else {
      throw BucketError(.configuration, "expected http:// or https:// in AWS_ENDPOINT_URL, '\(endpoint)' came")
    }
    self.endpoint = endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint
    self.region = region
    self.keyID = keyID
    self.secret = secret
    sessionToken = value("AWS_SESSION_TOKEN")
  }

  /// Without what is secret, so that no log can come to have it.
  public var description: String { "\(endpoint) (\(region))" }
  public var customMirror: Mirror { Mirror(self, children: ["endpoint": endpoint, "region": region]) }
}
