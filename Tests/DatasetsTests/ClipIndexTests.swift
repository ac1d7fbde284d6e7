import Datasets
import Foundation
import Testing

@Suite struct `An index of clips` {
  /// Clips of no patch, of few, and of more bytes than are read of a record.
  private let shards: [[Clip]] = [
    [
      smallClip("a", labels: [0, 2], patches: 3), smallClip("none", labels: [0], patches: 0),
      smallClip("b", labels: [], patches: 1),
    ],
    [],
    [
      smallClip("long", labels: [2], patches: 4000),
      smallClip(String(repeating: "c", count: 300), labels: [0], patches: 2),
    ],
  ]

  private func dataset(in folder: String) throws -> Dataset {
    var part = SplitDescription(shards: [], classes: 4)
    for (number, clips) in shards.enumerated() {
      var shard = ShardDescription(file: "shard-\(number)")
      shard.clips = clips.count
      let writer = try TFRecordWriter(path: "\(folder)/\(shard.file)")
      for clip in clips { try writer.append(clip.encoded) }
      try writer.finish()
      part.shards.append(shard)
    }
    var description = smallDescription(classes: 4)
    description.splits[.train] = part
    try JSONEncoder().encode(description).write(to: URL(filePath: "\(folder)/\(DatasetDescription.fileName)"))
    return try Dataset(opening: folder)
  }

  @Test func `finds the clips of each label that have patches, and reads any of them`() throws {
    try withTemporaryFolder { folder in
      let index = try ClipIndex(dataset(in: folder), of: .train)
      let clips = shards.flatMap(\.self).filter { $0.count > 0 }
      for label in [2, 0, 3, 1] {
        let found = try index.clips[label].map { try index.clip($0) }
        #expect(found == clips.filter { $0.labels.contains(label) })
      }
      #expect(index.clips.map(\.count) == [2, 0, 2, 0])
    }
  }

  @Test func `is not made of a shard that was cut anywhere`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder)
      let path = "\(folder)/shard-0"
      let bytes = try read(path)
      for length in 0..<bytes.count {
        try write(Array(bytes[..<length]), to: path)
        #expect(throws: DatasetError.self) { try ClipIndex(dataset, of: .train) }
      }
    }
  }

  @Test func `gives no clip of which a byte was changed`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder)
      let index = try ClipIndex(dataset, of: .train)
      let number = index.clips[2][0]
      let path = "\(folder)/shard-0"
      let bytes = try read(path)
      for position in 0..<shards[0][0].encoded.count + 16 {
        var damaged = bytes
        damaged[position] ^= 4
        try write(damaged, to: path)
        #expect(throws: DatasetError.self) { try index.clip(number) }
      }
    }
  }

  @Test func `tells a label that the dataset does not have`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder)
      let path = "\(folder)/shard-1"
      let writer = try TFRecordWriter(path: path)
      try writer.append(smallClip("x", labels: [4], patches: 1).encoded)
      try writer.finish()
      #expect(
        message { _ = try ClipIndex(dataset, of: .train) }
          == "\(path) is damaged at byte 0: expected labels below 4, found 4")
    }
  }
}
