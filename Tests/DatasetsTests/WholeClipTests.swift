import Datasets
import Foundation
import Testing

@Suite struct `Whole clips` {
  /// A dataset of one shard of clips of so many vectors of four values; all bytes of a clip's vector are its number.
  private func dataset(in folder: String, lengths: [Int]) throws -> Dataset {
    var description = smallDescription(classes: 3)
    description.embedding = EmbeddingOrigin(network: "released", digest: "", size: 4)
    var shard = ShardDescription(file: "shard")
    let writer = try TFRecordWriter(path: "\(folder)/shard")
    for (number, length) in lengths.enumerated() {
      let bytes = (0..<length).flatMap { Array(repeating: UInt8(10 * number + $0 % 10), count: 4) }
      let clip = Clip(
        identifier: "\(number)", start: 0, end: 1, labels: [number % 3], patches: bytes, patchSize: 4, kind: .embedding)
      try writer.append(clip.encoded)
    }
    try writer.finish()
    (shard.clips, shard.patches) = (lengths.count, lengths.reduce(0, +))
    description.splits = [.train: SplitDescription(shards: [shard], classes: 3)]
    try JSONEncoder().encode(description).write(to: URL(filePath: "\(folder)/\(DatasetDescription.fileName)"))
    return try Dataset(opening: folder, of: nil).read(by: .clip)
  }

  private func clips(of dataset: Dataset) throws -> [Clip] {
    var reader = try dataset.clips(of: dataset.shards(of: .train)[0])
    return try reader.remaining()
  }

  @Test func `are examples, however long, filled up with their own vectors`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, lengths: [5, 2, 1])
      #expect(dataset.examples(of: .train) == 3)
      let clips = try clips(of: dataset)
      #expect(clips.map(\.count) == [1, 1, 1])
      let batch = PatchBatch(clips.map { $0.example(0) }, of: dataset.description)
      #expect(batch.input.shape == [3, 5, 1, 4] && batch.lengths == [5, 2, 1])
      let table = dataset.description.quantization.values
      let bytes = (0..<15).map { row in table.firstIndex(of: batch.input.values[4 * row])! }
      #expect(bytes == [0, 1, 2, 3, 4, 10, 11, 10, 11, 10, 20, 20, 20, 20, 20])
      #expect((0..<9).map { batch.targets.values[$0] } == [1, 0, 0, 0, 1, 0, 0, 0, 1])
      #expect(clips[0].input(dataset.description).shape == [1, 5, 1, 4])
    }
  }

  @Test func `of one length have nothing to be filled up, and single vectors are of length one`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, lengths: [3, 3])
      let batch = PatchBatch(try clips(of: dataset).map { $0.example(0) }, of: dataset.description)
      #expect(batch.input.shape == [2, 3, 1, 4] && batch.lengths == nil)
      let vectors = try clips(of: dataset.read(by: .patch))
      #expect(vectors.map(\.count) == [3, 3] && dataset.read(by: .patch).examples(of: .train) == 6)
      let single = PatchBatch([vectors[0].example(2), vectors[1].example(0)], of: dataset.description)
      #expect(single.input.shape == [2, 1, 1, 4] && single.lengths == nil)
      #expect(vectors[0].input(dataset.description).shape == [3, 1, 1, 4])
    }
  }

  @Test func `are drawn from a pool and an index as patches are, and one without a vector is none`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, lengths: [4, 0, 2, 7])
      var pool = PatchPool(capacity: 8, seed: 3, description: dataset.description)
      pool.add(shard: 0, clips: try clips(of: dataset))
      #expect(pool.count == 3)
      let drawn = pool.draw(3)
      let batch = try #require(drawn)
      #expect(batch.input.shape == [3, 7, 1, 4] && batch.lengths?.sorted() == [2, 4, 7])
      #expect(pool.takeFinishedShards() == [0])
      #expect(dataset.examples(of: .train) == 4)
      let index = try ClipIndex(dataset, of: .train)
      #expect(index.clips.map(\.count) == [2, 0, 1])
      #expect(try index.clip(index.clips[2][0]).patches.count == 8)
    }
  }

  @Test func `without a single vector are no examples`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, lengths: [0, 0])
      #expect(dataset.examples(of: .train) == 0)
    }
  }

  @Test func `of which one is longer than 300 vectors have its beginning`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, lengths: [300, 301])
      let (whole, single) = (try clips(of: dataset), try clips(of: dataset.read(by: .patch)))
      #expect(single.map(\.count) == [300, 301])
      #expect(whole.map { $0.patches.count / 4 } == [300, 300] && whole.map(\.count) == [1, 1])
      #expect(whole[1].patches == Array(single[1].patches.dropLast(4)))
    }
  }
}
