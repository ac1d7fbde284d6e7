import Buckets
import ObjectStores
import Parameters
import Testing

@testable import Checkpoints

/// Against an object store on this machine that checks signatures.
@Suite(.serialized, .enabled(if: ObjectStore.isThere, "there is no moto: Tests/setup installs it"))
struct `Checkpoints in a bucket` {
  private static let shared = Result { try ObjectStore() }
  private let store: ObjectStore
  private let bucket: Bucket
  private let checkpoints: CheckpointStore

  init() throws {
    store = try Self.shared.get()
    try store.fail("none")
    bucket = try Bucket(
      BucketAddress(parsing: "s3://bucket/tests/\(UInt32.random(in: 0 ... .max))"),
      access: BucketAccess(store.environment),
      pauseSeconds: [0.01, 0.02])
    let place = CheckpointBucket(bucket: bucket, scratch: "/tmp", partBytes: Bucket.Upload.leastPartBytes)
    checkpoints = CheckpointStore(place)
  }

  private func expectGood(step: Int, of model: Manifest = model) throws {
    let checkpoint = try #require(try checkpoints.newestGood().checkpoint)
    #expect(checkpoint.manifest.step == step)
    for (chunk, state) in states(atStep: step, of: model).enumerated() {
      #expect(Bits(try checkpoint.chunkState(chunk, of: model)) == Bits(state))
    }
  }

  @Test func `are restored bit by bit`() throws {
    #expect(try checkpoints.newestGood().checkpoint == nil && checkpoints.committed().isEmpty)
    try checkpoints.save(step: 7, servers: 3)
    try expectGood(step: 7)
    #expect(
      try bucket.keys().sorted() == [
        "step-00000007/manifest.json", "step-00000007/server-00000-of-00003.start-1.safetensors",
        "step-00000007/server-00001-of-00003.start-1.safetensors",
        "step-00000007/server-00002-of-00003.start-1.safetensors",
      ])
  }

  @Test func `have shards of several parts where they are large`() throws {
    let large = Manifest([.init(name: "w", shape: [4, 1 << 17], kind: .weight)])
    try checkpoints.save(step: 7, servers: 1, model: large)
    try expectGood(step: 7, of: large)
    #expect(try bucket.unfinishedUploads().isEmpty)
  }

  @Test func `are refused by the name of a shard that arrives damaged or is missing, and the one before is taken`()
    throws
  {
    try checkpoints.save(step: 5)
    try checkpoints.save(step: 9)
    let key = "step-00000009/server-00001-of-00002.start-1.safetensors"
    let good = try bucket.get(key, 0..<bucket.size(of: key))
    for position in [3, 50, good.count / 2, good.count - 1] {
      var bytes = good
      bytes[position] ^= 4
      try bucket.put(bytes, as: key)
      try expectGood(step: 5)
      let refused = try checkpoints.newestGood().refused
      #expect(refused.count == 1 && "\(refused)".contains("\(bucket.address)/\(key) is damaged"))
    }
    try bucket.remove(key)
    try expectGood(step: 5)
    #expect(
      try checkpoints.newestGood().refused == [
        .unreadable(path: "\(bucket.address)/\(key)", reason: "there is no such object")
      ])
    try bucket.put(good, as: key)
    try expectGood(step: 9)
  }

  @Test func `are not passed over because the store cannot be reached`() throws {
    try checkpoints.save(step: 5)
    try checkpoints.save(step: 9)
    try store.fail("cut 0")
    for _ in 0..<2 {
      let error = #expect(throws: CheckpointError.self) { try checkpoints.newestGood() }
      guard case .unreachable(_, _, mayPass: true)? = error else {
        Issue.record("\(error.map { "\($0)" } ?? "no error")")
        return
      }
    }
    try store.fail("cut 1000")
    try expectGood(step: 9)
  }

  @Test func `are committed by one alone, and do not exist before`() throws {
    try checkpoints.save(step: 5)
    let name = checkpoints.newName(step: 9, after: CheckpointName("step-00000005"))
    var manifest = CheckpointManifest(run: 1, manifest: model, slots: slots)
    manifest.step = 9
    manifest.shards = try checkpoints.write(name: name, states: states(atStep: 9), servers: 2)
    try expectGood(step: 5)
    var other = manifest
    other.step = 10
    struct Replaced: Error {}
    #expect(throws: Replaced.self) { try checkpoints.commit(other, name: name) { throw Replaced() } }
    try checkpoints.commit(manifest, name: name)
    try expectGood(step: 9)
    let taken = #expect(throws: CheckpointError.self) { try checkpoints.commit(other, name: name) }
    #expect(taken?.description.hasSuffix("there is such an object already") == true)
    try expectGood(step: 9)
  }

  @Test func `leave nothing of what was never committed or is too old`() throws {
    for step in [1, 2, 3] { try checkpoints.save(step: step) }
    let leftover = checkpoints.newName(step: 4, after: CheckpointName("step-00000003"))
    _ = try checkpoints.write(name: leftover, states: states(atStep: 4), servers: 2)
    var killed = try bucket.beginUpload(as: "\(leftover)/server-00001-of-00002.start-1.safetensors")
    try bucket.put([1], of: &killed)
    try bucket.put([1], as: "notes.txt")
    try checkpoints.save(step: 5)
    try checkpoints.prune(keep: 2)
    #expect(try checkpoints.names().map(\.step) == [3, 5])
    #expect(try bucket.keys().contains("notes.txt") && bucket.unfinishedUploads().isEmpty)
    try checkpoints.prune(keep: 0)
    #expect(try checkpoints.names().map(\.step) == [5])
    try expectGood(step: 5)
  }

  @Test func `leave the last good one where there is no room for another`() throws {
    try checkpoints.save(step: 5)
    try store.fail("refuse 507 InsufficientStorage")
    let name = checkpoints.newName(step: 9, after: CheckpointName("step-00000005"))
    let error = #expect(throws: CheckpointError.self) {
      try checkpoints.write(name: name, states: states(atStep: 9), servers: 2)
    }
    #expect(
      error
        == .unwritable(
          path: "\(bucket.address)/step-00000009/server-00000-of-00002.start-1.safetensors",
          reason: "the store answers 507 InsufficientStorage: no room"))
    try expectGood(step: 5)
  }
}
