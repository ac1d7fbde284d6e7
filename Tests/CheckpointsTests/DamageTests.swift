import Checkpoints
import Foundation
import Parameters
import Tensors
import Testing

@Suite struct `A damaged checkpoint` {
  private static let files = [
    "manifest.json", "server-00000-of-00003.safetensors", "server-00001-of-00003.safetensors",
    "server-00002-of-00003.safetensors",
  ]

  /// Has one file of the newer of two checkpoints damaged.
  ///
  /// - Returns: Why it is refused.
  private func refusal(of file: String, damage: (inout [UInt8]) -> Void) throws -> CheckpointError? {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      try folder.save(step: 5)
      let newer = try folder.save(step: 9, servers: 3)
      var bytes = try read("\(newer)/\(file)")
      damage(&bytes)
      try write(bytes, to: "\(newer)/\(file)")
      return try refusal(in: folder, olderStep: 5)
    }
  }

  private func refusal(in folder: CheckpointStore, olderStep: Int) throws -> CheckpointError? {
    let (checkpoint, refused) = try folder.newestGood()
    #expect(checkpoint?.manifest.step == olderStep)
    let found = try #require(checkpoint)
    for (chunk, state) in states(atStep: olderStep).enumerated() {
      #expect(Bits(try found.chunkState(chunk, of: model)) == Bits(state))
    }
    #expect(refused.count == 1)
    return refused.first
  }

  @Test(arguments: files)
  func `is refused by the name of the file wherever one bit is another`(file: String) throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      try folder.save(step: 5)
      let newer = try folder.save(step: 9, servers: 3)
      let name = try #require(CheckpointName("step-00000009"))
      let damaged = "\(newer)/\(file)"
      let good = try read(damaged)
      for position in stride(from: 0, to: good.count, by: file == "manifest.json" ? 1 : 7) {
        var bytes = good
        bytes[position] ^= 1 << UInt8(position % 8)
        try write(bytes, to: damaged)
        do throws(CheckpointError) {
          try folder.open(name).checkAll()
          Issue.record("bit \(position % 8) of byte \(position) of \(good.count) was not noticed")
        } catch {
          guard case .damaged(damaged, _) = error else {
            Issue.record("byte \(position) of \(good.count): \(error)")
            return
          }
        }
        if position % 1000 == 0 { #expect(try folder.newestGood().checkpoint?.manifest.step == 5) }
      }
      try write(good, to: damaged)
      #expect(try folder.newestGood().checkpoint?.manifest.step == 9)
    }
  }

  @Test(arguments: files, [0, 1, 7, 8, 100, 1 << 10])
  func `is refused when a file is shorter or longer`(file: String, length: Int) throws {
    let shorter = try refusal(of: file) { $0.removeLast(max(1, $0.count - length)) }
    #expect("\(shorter!)".contains("\(file) is damaged"))
    let longer = try refusal(of: file) { $0 += Array(repeating: 32, count: length + 1) }
    #expect("\(longer!)".contains("\(file) is damaged"))
  }

  @Test func `is refused when a shard is missing, and does not exist without its manifest`() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      try folder.save(step: 5)
      let shard = "\(try folder.save(step: 9, servers: 3))/server-00001-of-00003.safetensors"
      try FileManager.default.removeItem(atPath: shard)
      #expect(
        try refusal(in: folder, olderStep: 5) == .unreadable(path: shard, reason: "No such file or directory"))
      try FileManager.default.removeItem(atPath: "\(path)/step-00000009/manifest.json")
      let (checkpoint, refused) = try folder.newestGood()
      #expect(checkpoint?.manifest.step == 5 && refused.isEmpty)
    }
  }

  @Test func `is refused when the shards of two checkpoints are mixed`() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      let older = try folder.save(step: 5)
      let newer = try folder.save(step: 9)
      let shard = "server-00001-of-00002.safetensors"
      try write(read("\(older)/\(shard)"), to: "\(newer)/\(shard)")
      guard case .damaged("\(newer)/\(shard)", _)? = try refusal(in: folder, olderStep: 5) else {
        Issue.record("a shard of another moment was taken")
        return
      }
    }
  }

  @Test func `with a header of 5 GB is refused before anything is allocated`() throws {
    let file = Self.files[1]
    let error = try refusal(of: file) { bytes in
      for index in 0..<8 { bytes[index] = UInt8(truncatingIfNeeded: (5 << 30) >> (8 * index)) }
    }
    #expect("\(error!)".contains("\(file) is damaged: expected a header of 5368709120 bytes, the file has"))
  }

  @Test func `of which nothing is good leaves none, with the reasons from the newest on`() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      #expect(try CheckpointStore(folder: "\(path)/none").newestGood().checkpoint == nil)
      let paths = try [5, 9].map { "\(try folder.save(step: $0))/manifest.json" }
      for path in paths { try write([], to: path) }
      let (checkpoint, refused) = try folder.newestGood()
      #expect(checkpoint == nil)
      #expect(refused == paths.reversed().map { .damaged(path: $0, reason: "its checksum is wrong") })
    }
  }
}

@Suite struct `A forged checkpoint, whose checksums are all good,` {
  /// Commits a checkpoint with a change to the first shard's header, and to what was recorded of it.
  private func refusal(
    header: (inout String) -> Void = { _ in }, record: (inout String) -> Void = { _ in },
    manifest: (inout String) -> Void = { _ in }
  ) throws -> CheckpointError? {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      try folder.save(step: 5)
      let name = folder.newName(step: 9)
      var forged = CheckpointManifest(run: 1, manifest: model, slots: slots)
      forged.shards = try folder.write(name: name, states: states(atStep: 9), servers: 2)
      let file = "\(path)/\(name)/server-00000-of-00002.safetensors.1"
      var bytes = try read(file)
      let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      var text = String(decoding: bytes[8..<8 + length], as: UTF8.self)
      header(&text)
      text += String(repeating: " ", count: max(0, length - text.utf8.count))
      bytes.replaceSubrange(
        0..<8 + length, with: (0..<8).map { UInt8(truncatingIfNeeded: text.utf8.count >> (8 * $0)) })
      bytes.insert(contentsOf: Array(text.utf8), at: 8)
      try write(bytes, to: file)
      let truth = forged.shards[0]
      forged.shards[0] = try changed(truth) { json in
        json = json.replacing(
          "\"checksum\":\(truth.checksum)", with: "\"checksum\":\(Checksum(of: bytes.span.bytes).value)")
        json = json.replacing("\"size\":\(truth.size)", with: "\"size\":\(bytes.count)")
        record(&json)
      }
      try folder.commit(changed(forged, by: manifest), name: name)
      let (checkpoint, refused) = try folder.newestGood()
      #expect(checkpoint?.manifest.step == (refused.isEmpty ? 0 : 5))
      return refused.first
    }
  }

  private func changed<Value: Codable>(_ value: Value, by change: (inout String) -> Void) throws -> Value {
    var json = String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    change(&json)
    return try JSONDecoder().decode(Value.self, from: Data(json.utf8))
  }

  @Test func `is read as long as nothing lies`() throws {
    #expect(try refusal() == nil)
    #expect(try refusal(header: { $0 += "        " }) == nil)
  }

  @Test(arguments: [
    ("\"dtype\":\"F32\"", "\"dtype\":\"F16\""), ("[7,3,5]", "[7,3,6]"), ("[7,3,5]", "[7,15]"), ("[7,3,5]", "[-7,3,-5]"),
    ("[7,3,5]", "[7,3,5,1]"), ("[7,3,5]", "[7,3,4611686018427387904]"), ("[7,3,5]", "[0,3,5]"), ("[7,3,5]", "[5,3,7]"),
    ("[0,420]", "[420,0]"), ("[0,420]", "[0]"), ("[0,420]", "[-4,420]"), ("[0,420]", "[0,9223372036854775807]"),
    ("[0,420]", "[4,424]"), ("[0,0,0]", "[1,0,0]"), ("[0,0,0]", "[-1,0,0]"), ("[0,0,0]", "[0,1,0]"),
    ("[0,0,0]", "[9223372036854775807,0,0]"), ("[0,0,0]", "[0]"), ("norm1.mean", "norm2.mean"),
    ("__metadata__", "metadata"),
    ("DCP_SHARDING_INFO", "DCP_SHARDING"), ("{", "["),
  ])
  func `is refused when a header lies`(truth: String, lie: String) throws {
    var isThere = false
    let error = try refusal(header: { text in
      isThere = text.contains(truth)
      text = text.replacing(truth, with: lie)
    })
    #expect(isThere)
    let reason = try #require(error).description
    #expect(reason.contains(" is damaged: "))
  }

  @Test(arguments: [
    ("\"chunk\":0", "\"chunk\":1"), ("\"chunk\":0", "\"chunk\":-1"), ("\"version\":", "\"version\":-"),
    ("\"name\":\"norm1.mean\"", "\"name\":\"norm2.mean\""),
  ])
  func `is refused when a record lies`(truth: String, lie: String) throws {
    let error = try refusal(record: { $0 = $0.replacing(truth, with: lie) })
    let reason = try #require(error).description
    #expect(reason.contains(" is damaged: "))
  }

  @Test(arguments: [
    ("\"digest\":", "\"digest\":1"), ("[7,3,5]", "[7,5,3]"), ("[7,3,5]", "[8,3,5]"), ("[7,3,5]", "[-7,3,5]"),
    ("[7,3,5]", "[0,9223372036854775807,2]"), ("[7,3,5]", "[]"), ("conv1.weight", "conv2.weight"), ("adam_m", "adam_n"),
    ("\"kind\":1", "\"kind\":0"), ("\"kind\":0", "\"kind\":1"),
  ])
  func `is refused when the manifest lies`(truth: String, lie: String) throws {
    let error = try refusal(manifest: { json in
      json = json.replacing(truth, with: lie)
    })
    let reason = try #require(error).description
    #expect(reason.contains(" is damaged: "))
  }
}
