import Datasets
import Testing

@Suite struct `A pool of patches` {
  private let description = smallDescription(classes: 3)

  /// Shards of clips whose patches all differ: the first two bytes number the patch.
  private func shard(_ number: Int, clips: Int, patches: Int) -> [Clip] {
    (0..<clips).map { clip in
      let bytes = (0..<patches).flatMap { patch -> [UInt8] in
        [UInt8(number), UInt8(clip * patches + patch)] + Array(repeating: UInt8(clip), count: 6)
      }
      return Clip(
        identifier: "\(number)/\(clip)", start: 0, end: 1, labels: clip % 4 == 3 ? [] : [clip % 4], patches: bytes,
        patchSize: 8)
    }
  }

  private func draws(seed: UInt64, batch: Int) -> (patches: [[Float]], finished: [[Int]]) {
    var pool = PatchPool(capacity: 30, seed: seed, description: description)
    var waiting = [0: 5, 1: 7, 2: 3, 3: 6, 4: 0].sorted { $0.key < $1.key }
    var patches: [[Float]] = []
    var finished: [[Int]] = []
    while true {
      while pool.wantsMore, !waiting.isEmpty {
        let (number, clips) = waiting.removeFirst()
        pool.add(shard: number, clips: shard(number, clips: clips, patches: 4))
      }
      guard let drawn = pool.draw(batch) else { break }
      let rows = drawn.input.shape[0]
      #expect(drawn.input.shape == [rows, 4, 2, 1] && drawn.targets.shape == [rows, 3])
      #expect(rows == batch || pool.count == 0)
      for row in 0..<rows {
        patches.append((0..<8).map { drawn.input.values[row * 8 + $0] })
        let byte = description.quantization.values.firstIndex(of: patches.last![2])! % 4
        for label in 0..<3 { #expect(drawn.targets.values[row * 3 + label] == (label == byte ? 1 : 0)) }
      }
      finished.append(pool.takeFinishedShards())
    }
    return (patches, finished + [pool.takeFinishedShards()])
  }

  @Test(arguments: [1, 8, 13, 1000]) func `gives each patch exactly once, with its clip's labels`(batch: Int) {
    let (patches, finished) = draws(seed: 3, batch: batch)
    let table = description.quantization.values
    let expected = [5, 7, 3, 6].enumerated().flatMap { number, clips in (0..<clips * 4).map { [number, $0] } }
    let drawn = patches.map { patch in [0, 1].map { table.firstIndex(of: patch[$0])! } }
    #expect(drawn.sorted { $0.lexicographicallyPrecedes($1) } == expected)
    #expect(finished.flatMap(\.self).sorted() == [0, 1, 2, 3, 4])
  }

  @Test func `tells a shard's end with its last patch, neither sooner nor later`() {
    let (patches, finished) = draws(seed: 4, batch: 1)
    let table = description.quantization.values
    for (number, clips) in [5, 7, 3, 6].enumerated() {
      let last = patches.lastIndex { table.firstIndex(of: $0[0]) == number }
      #expect(finished.firstIndex { $0.contains(number) } == last)
      #expect(patches.count { table.firstIndex(of: $0[0]) == number } == clips * 4)
    }
  }

  @Test func `mixes shards and clips`() {
    let patches = draws(seed: 5, batch: 8).patches
    let table = description.quantization.values
    let shards = patches.prefix(24).map { table.firstIndex(of: $0[0])! }
    #expect(Set(shards).count >= 2)
    #expect(shards != shards.sorted())
  }

  @Test func `is the same for a seed and another for another`() {
    #expect(draws(seed: 1, batch: 8).patches == draws(seed: 1, batch: 8).patches)
    #expect(draws(seed: 1, batch: 8).patches != draws(seed: 2, batch: 8).patches)
  }
}

@Suite struct `A dataset's shard` {
  private let description = smallDescription(classes: 3)

  private func write(_ clips: [Clip], to path: String) throws {
    let writer = try TFRecordWriter(path: path)
    for clip in clips { try writer.append(clip.encoded) }
    try writer.finish()
  }

  private func readAll(_ path: String, expectedClips: Int? = nil) throws -> [Clip] {
    var reader = try ShardReader(path: path, description: description, expectedClips: expectedClips)
    return try reader.remaining()
  }

  @Test func `gives its clips in order`() throws {
    try withTemporaryFolder { folder in
      let clips = (0..<5).map { smallClip("\($0)", labels: [$0 % 3], patches: $0) }
      try write(clips, to: "\(folder)/shard")
      #expect(try readAll("\(folder)/shard", expectedClips: 5) == clips)
      #expect(clips[3].input(description).shape == [3, 4, 2, 1])
      #expect(clips[3].input(description).values[5] == description.quantization.values[Int(clips[3].patches[5])])
    }
  }

  @Test func `names the file and the place of what is wrong`() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/shard"
      let good = smallClip("good", labels: [2], patches: 1)
      let end = good.encoded.count + 16
      try write([good, smallClip("bad", labels: [3], patches: 1)], to: path)
      #expect(
        message { _ = try readAll(path) } == "\(path) is damaged at byte \(end): expected labels below 3, found 3")
      try write([good], to: path)
      #expect(
        message { _ = try readAll(path, expectedClips: 2) }
          == "\(path) is damaged at byte \(end): expected 2 clips, the file ends after 1")
      let writer = try TFRecordWriter(path: path)
      try writer.append(Example(features: [:]).encoded)
      try writer.finish()
      #expect(
        message { _ = try readAll(path) } == "\(path) is damaged at byte 0: expected one bytes value as video_id")
    }
  }
}
