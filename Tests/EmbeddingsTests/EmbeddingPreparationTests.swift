import Datasets
import Embeddings
import Foundation
import Synchronization
import Tensors
import Testing

@Suite struct `A dataset of embeddings` {
  private struct Interruption: Error {}

  private func contents(of folder: String) throws -> [String: Data] {
    var result: [String: Data] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) where !name.hasPrefix(".") {
      result[name] = try Data(contentsOf: URL(filePath: "\(folder)/\(name)"))
    }
    return result
  }

  @Test(arguments: [(1, 36, 20), (70, 1140, 8)])
  func `has the vectors of each clip, its labels and its part`(more: Int, patches: Int, short: Int) throws {
    try withTemporaryFolder { folder in
      let source = try logMelDataset(in: "\(folder)/log-mel", more: more)
      var embedder = try embedder("fc-1x12")
      let preparation = EmbeddingPreparation(of: source, by: embedder)
      let postprocessor = try preparation.fit(threads: 2) { _, _ in }
      let report = try preparation.run(postprocessor, into: "\(folder)/embeddings", threads: 2) { _ in }
      #expect(report.clips == 20 && report.patches == patches && report.unlabelled == 0 && report.short == short)
      let dataset = try Dataset(opening: "\(folder)/embeddings", of: .embedding)
      #expect(dataset.description.embedding?.network == "fc-1x12")
      #expect(dataset.description.quantization == .youTube8M && dataset.description.patchShape == [128])
      for split in [Split.train, .evaluation] {
        var clips = dataset.clips(of: split)
        var sources = source.clips(of: split)
        while let expected = try sources.next() {
          let clip = try #require(try clips.next())
          #expect(clip.identifier == expected.identifier && clip.labels == expected.labels)
          #expect(clip.start == expected.start && clip.end == expected.end && clip.count == expected.count)
          let alone = embedder.embeddings(of: expected.input(source.description))
          var bytes: [UInt8] = []
          for row in 0..<expected.count {
            postprocessor.append(alone.values.extracting(row * 12..<row * 12 + 12), to: &bytes)
          }
          #expect(zip(bytes, clip.patches).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
          #expect(clip.input(dataset.description, quantization: .kong).shape == [clip.count, 1, 1, 128])
        }
        #expect(try clips.next() == nil)
      }
    }
  }

  @Test func `that is interrupted at any time goes on to the same bytes`() throws {
    try withTemporaryFolder { folder in
      let source = try logMelDataset(in: "\(folder)/log-mel", more: 70)
      let preparation = EmbeddingPreparation(of: source, by: try embedder("fc-1x12"))
      let postprocessor = try preparation.fit(threads: 1) { _, _ in }
      let all = Mutex(0)
      _ = try preparation.run(postprocessor, into: "\(folder)/undisturbed", threads: 1) { progress in
        all.withLock { $0 += 1 }
        #expect(abs(progress.seconds - 0.96 * Double(progress.done)) < 1e-6)
      }
      let expected = try contents(of: "\(folder)/undisturbed")
      let calls = all.withLock { $0 }
      #expect(calls > 8, "within shards, too")
      for stop in 1...calls {
        let into = "\(folder)/stopped-\(stop)"
        let told = Mutex(0)
        #expect(throws: Interruption.self) {
          try preparation.run(postprocessor, into: into, threads: 1) { _ in
            try told.withLock {
              $0 += 1
              if $0 == stop { throw Interruption() }
            }
          }
        }
        #expect(!FileManager.default.fileExists(atPath: "\(into)/\(DatasetDescription.fileName)"))
        _ = try preparation.run(postprocessor, into: into, threads: 2) { _ in }
        #expect(try contents(of: into) == expected)
      }
    }
  }

  @Test func `has the same components on any number of threads`() throws {
    try withTemporaryFolder { folder in
      let preparation = EmbeddingPreparation(
        of: try logMelDataset(in: folder), by: try embedder("fc-1x12"))
      let alone = try preparation.fit(threads: 1) { _, _ in }.checksum
      for threads in [2, 3, 8] { #expect(try preparation.fit(threads: threads) { _, _ in }.checksum == alone) }
    }
  }

  @Test(arguments: [1, 13, 70]) func `has the components of every third patch where a third is enough`(more: Int) throws
  {
    try withTemporaryFolder { folder in
      let dataset = try logMelDataset(in: folder, more: more)
      var embedder = try embedder("fc-1x6")
      var clips = dataset.clips(of: .train)
      var components = PrincipalComponents(size: 6)
      var number = 0
      while let clip = try clips.next() {
        let embeddings = embedder.embeddings(of: clip.input(dataset.description))
        for row in 0..<clip.count {
          let values = embeddings.values.extracting(row * 6..<row * 6 + 6)
          if number % 3 == 2 { components.add(Tensor([1, 6], values: values.indices.map { values[$0] })) }
          number += 1
        }
      }
      let expected = try components.postprocessor()
      let preparation = EmbeddingPreparation(of: dataset, by: embedder)
      let third = number / 3
      for threads in [1, 3] {
        let last = Mutex(0)
        let found = try preparation.fit(threads: threads, most: third) { done, all in
          #expect(all == third)
          last.withLock { $0 = done }
        }
        #expect(last.withLock { $0 } == third)
        let vector = embedder.embeddings(of: .patches(1))
        for (one, other) in zip(found.components(of: vector.values), expected.components(of: vector.values)) {
          #expect(abs(one - other) < 1e-2 * max(1, abs(other)))
        }
      }
    }
  }

  @Test func `is of one network, and no log-mel patches`() throws {
    try withTemporaryFolder { folder in
      let source = try logMelDataset(in: "\(folder)/log-mel")
      let preparation = EmbeddingPreparation(of: source, by: try embedder("fc-1x12"))
      let postprocessor = try preparation.fit(threads: 1) { _, _ in }
      _ = try preparation.run(postprocessor, into: "\(folder)/embeddings", threads: 1) { _ in }
      let other = EmbeddingPreparation(of: source, by: try embedder("fc-2x12"))
      let error = message { _ = try other.run(postprocessor, into: "\(folder)/embeddings", threads: 1) { _ in } }
      #expect(error.contains("holds a dataset made with other settings (patches embeddings of fc-1x12"))
      #expect(
        message { _ = try Dataset(opening: "\(folder)/embeddings") }
          == "\(folder)/embeddings/dataset.json: expected the feature list log_mel, found audio_embedding")
      #expect(throws: DatasetError.self) { try Dataset(opening: "\(folder)/log-mel", of: .embedding) }
    }
  }
}
