import Buckets
import ObjectStores
import Testing

/// Against an object store on this machine that checks signatures.
@Suite(.serialized, .enabled(if: ObjectStore.isThere, "there is no moto: Tests/setup installs it"))
struct `A bucket` {
  private static let shared = Result { try ObjectStore() }
  private let store: ObjectStore
  private let bucket: Bucket

  init() throws {
    store = try Self.shared.get()
    try store.fail("none")
    bucket = try Bucket(
      BucketAddress(parsing: "s3://bucket/tests/\(UInt32.random(in: 0 ... .max))"),
      access: BucketAccess(store.environment),
      pauseSeconds: [0.01, 0.02, 0.04])
  }

  private func bytes(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 256) } }

  @Test func `gives back what was put, in any ranges, until it is removed`() throws {
    let all = bytes(100_000)
    try bucket.put(all, as: "a/b.safetensors")
    try bucket.put([], as: "empty")
    #expect(try bucket.size(of: "a/b.safetensors") == all.count && bucket.size(of: "empty") == 0)
    for range in [0..<all.count, 0..<1, 99_999..<100_000, 500..<70_000] {
      #expect(try bucket.get("a/b.safetensors", range) == Array(all[range]))
    }
    #expect(try bucket.keys().sorted() == ["a/b.safetensors", "empty"])
    try bucket.remove("a/b.safetensors")
    try bucket.remove("a/b.safetensors")
    #expect(try bucket.keys() == ["empty"])
    let error = #expect(throws: BucketError.self) { try bucket.get("a/b.safetensors", 0..<1) }
    #expect(error?.kind == .absent && error?.address == "\(bucket.address)/a/b.safetensors")
    #expect(#expect(throws: BucketError.self) { try bucket.size(of: "a/b.safetensors") }?.kind == .absent)
  }

  @Test func `names all its objects, also more than the store names at once`() throws {
    for index in 0..<1003 { try bucket.put([], as: "many/\(index)") }
    #expect(Set(try bucket.keys()) == Set((0..<1003).map { "many/\($0)" }))
  }

  @Test func `takes an object only where there is none, from whoever is first`() throws {
    try bucket.putIfAbsent([1, 2, 3], as: "manifest") {}
    let error = #expect(throws: BucketError.self) { try bucket.putIfAbsent([1, 2, 4], as: "manifest") {} }
    #expect(error?.kind == .taken)
    #expect(try bucket.get("manifest", 0..<3) == [1, 2, 3])
  }

  @Test func `knows its own object again when the answer to the first try was lost`() throws {
    try store.fail("forget 1")
    try bucket.putIfAbsent([1, 2, 3], as: "manifest") {}
    #expect(try bucket.get("manifest", 0..<3) == [1, 2, 3])
  }

  @Test func `is not asked again by one who may not put any more`() throws {
    struct Replaced: Error {}
    try store.fail("fail 1")
    var tries = 0
    #expect(throws: Replaced.self) {
      try bucket.putIfAbsent([1], as: "manifest") {
        tries += 1
        if tries == 2 { throw Replaced() }
      }
    }
    #expect(try bucket.keys() == [])
  }

  @Test(arguments: ["none", "forget 1", "fail 2"])
  func `makes an object of parts that are put one after the other`(fault: String) throws {
    var all = [UInt8](repeating: 7, count: Bucket.Upload.leastPartBytes * 2 + 1000)
    for index in stride(from: 0, to: all.count, by: 1000) { all[index] = UInt8(truncatingIfNeeded: index / 1000) }
    var upload = try bucket.beginUpload(as: "large")
    try bucket.put(Array(all[..<Bucket.Upload.leastPartBytes]), of: &upload)
    try bucket.put(Array(all[Bucket.Upload.leastPartBytes..<2 * Bucket.Upload.leastPartBytes]), of: &upload)
    try store.fail(fault)
    try bucket.put(Array(all[(2 * Bucket.Upload.leastPartBytes)...]), of: &upload)
    #expect(try bucket.unfinishedUploads().map(\.key) == ["large"] && bucket.keys() == [])
    try store.fail(fault)
    try bucket.finish(upload)
    #expect(try bucket.get("large", 0..<all.count) == all)
    #expect(try bucket.unfinishedUploads().isEmpty)
  }

  @Test func `lets go of parts that make no object`() throws {
    var upload = try bucket.beginUpload(as: "large")
    try bucket.put(bytes(1000), of: &upload)
    for upload in try bucket.unfinishedUploads() { try bucket.abandon(upload) }
    #expect(try bucket.unfinishedUploads().isEmpty && bucket.keys() == [])
    #expect(throws: BucketError.self) { try bucket.finish(upload) }
  }

  @Test func `is read to the end over a line that is lost again and again`() throws {
    let all = bytes(100_000)
    try bucket.put(all, as: "object")
    try store.fail("cut 9973")  // eleven times, with three pauses
    #expect(try bucket.get("object", 0..<all.count) == all)
    try store.fail("cut 0")
    let error = #expect(throws: BucketError.self) { try bucket.get("object", 0..<all.count) }
    #expect(error?.kind == .unreachable)
  }

  @Test func `says in one line that the line is lost, or that the store cannot now`() throws {
    try store.fail("drop 500")
    let lost = #expect(throws: BucketError.self) { try bucket.put(bytes(1000), as: "object") }
    #expect(lost?.kind == .unreachable, "\(lost?.description ?? "")")
    #expect(lost?.reason.contains(store.environment["AWS_ENDPOINT_URL"]!) == true)
    try store.fail("fail 100")
    let busy = #expect(throws: BucketError.self) { try bucket.put(bytes(1000), as: "object") }
    #expect(busy?.kind == .unreachable)
    #expect(busy?.reason == "the store answers 503 SlowDown")
  }

  @Test func `says in one line why it does not take an object, without trying again`() throws {
    try store.fail("refuse 507 InsufficientStorage")
    let full = #expect(throws: BucketError.self) { try bucket.put([1], as: "object") }
    #expect(full?.description == "\(bucket.address)/object: the store answers 507 InsufficientStorage: no room")
    #expect(full?.kind == .refused)
  }

  @Test(arguments: ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"])
  func `lets nobody in with a wrong key or secret`(variable: String) throws {
    let access = try BucketAccess(store.environment.merging([variable: "wrong"]) { $1 })
    let stranger = Bucket(bucket.address, access: access, pauseSeconds: [])
    for attempt in [
      { try stranger.put([1], as: "object") }, { _ = try stranger.get("object", 0..<1) }, { _ = try stranger.keys() },
    ] {
      let error = #expect(throws: BucketError.self) { try attempt() }
      #expect(
        error?.kind == .refused && error?.reason.contains(/403 [A-Za-z]+: ./) == true, "\(error?.description ?? "")")
      #expect(error?.description.contains("\n") == false)
    }
    #expect(try bucket.keys() == [])
  }
}
