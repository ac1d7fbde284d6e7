import Buckets
import Testing

@Suite struct `The address of a bucket` {
  @Test(arguments: [
    ("s3://bucket", "bucket", ""), ("s3://bucket/", "bucket", ""), ("s3://b-1.x/a/b_c.d/", "b-1.x", "a/b_c.d"),
  ])
  func `has a bucket and a prefix`(text: String, bucket: String, prefix: String) throws {
    let address = try BucketAddress(parsing: text)
    #expect(address.bucket == bucket && address.prefix == prefix)
    #expect(try BucketAddress(parsing: "\(address)") == address)
  }

  @Test(arguments: [
    "", "bucket", "s3:/bucket/x", "s3://", "s3:///x", "http://bucket/x", "s3://bucket//x", "s3://bucket/a b",
    "s3://bucket/../x", "s3://bucket/x?y", "s3://bucket/größe", "s3://bucket/x//",
  ])
  func `that cannot be one is refused in one line that shows it`(text: String) {
    let error = #expect(throws: BucketError.self) { try BucketAddress(parsing: text) }
    #expect(error?.kind == .configuration && error?.description.contains("'\(text)'") == true)
  }
}

@Suite struct `The access to an object store` {
  private let whole = [
    "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_SESSION_TOKEN": "whisper",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9000/",
  ]

  @Test(arguments: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
  func `needs a key and its secret, and names what is missing`(variable: String) {
    for value in [nil, ""] as [String?] {
      let error = #expect(throws: BucketError.self) { try BucketAccess(whole.merging([variable: value ?? ""]) { $1 }) }
      #expect(error?.description == "checkpoints in s3:// need \(variable) in the environment, it is not there")
    }
  }

  @Test func `needs a region or an endpoint`() throws {
    var environment = whole
    environment["AWS_ENDPOINT_URL"] = nil
    #expect(throws: BucketError.self) { try BucketAccess(environment) }
    environment["AWS_REGION"] = "eu-central-1"
    #expect("\(try BucketAccess(environment))" == "https://s3.eu-central-1.amazonaws.com (eu-central-1)")
    environment["AWS_ENDPOINT_URL"] = "127.0.0.1:9000"
    #expect(throws: BucketError.self) { try BucketAccess(environment) }
  }

  @Test func `shows nothing that is secret, however it is written out`() throws {
    let access = try BucketAccess(whole)
    var dumped = ""
    dump(access, to: &dumped)
    for text in ["\(access)", String(reflecting: access), dumped] {
      #expect(!text.contains("hush") && !text.contains("whisper"), "\(text)")
    }
  }
}
