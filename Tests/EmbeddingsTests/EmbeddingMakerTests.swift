import Checkpoints
import Datasets
import Embeddings
import Foundation
import Tensors
import Testing

@Suite struct `What made embeddings` {
  /// A dataset of embeddings beside the log-mel patches that it was made of.
  private func datasets(in folder: String, _ model: String = "fc-1x12") throws -> (source: Dataset, made: Dataset) {
    let source = try logMelDataset(in: "\(folder)/log-mel")
    let preparation = EmbeddingPreparation(of: source, by: try embedder(model))
    let postprocessor = try preparation.fit(threads: 1) { _, _ in }
    _ = try preparation.run(postprocessor, into: "\(folder)/\(model)", threads: 1) { _ in }
    return (source, try Dataset(opening: "\(folder)/\(model)", of: .embedding))
  }

  private func vectors(_ maker: EmbeddingMaker, of source: Dataset) throws -> [UInt8] {
    var maker = maker
    var clips = source.clips(of: .evaluation)
    var bytes: [UInt8] = []
    while let clip = try clips.next() { bytes += maker.vectors(of: clip.input(source.description)) }
    return bytes
  }

  @Test func `is kept beside them, and makes the same again`() throws {
    try withTemporaryFolder { folder in
      let (source, made) = try datasets(in: folder)
      let bytes = try vectors(try EmbeddingMaker(of: made), of: source)
      var clips = made.clips(of: .evaluation)
      var expected: [UInt8] = []
      while let clip = try clips.next() { expected += clip.patches }
      #expect(bytes.count == expected.count && Set(bytes).count > 50)
      #expect(zip(bytes, expected).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }
  }

  @Test func `is found after a command that only had to write it`() throws {
    try withTemporaryFolder { folder in
      let (source, made) = try datasets(in: folder)
      let file = "\(made.folder)/\(EmbeddingMaker.fileName)"
      let whole = try Data(contentsOf: URL(filePath: file))
      try FileManager.default.removeItem(atPath: file)
      let preparation = EmbeddingPreparation(of: source, by: try embedder("fc-1x12"))
      let postprocessor = try preparation.fit(threads: 1) { _, _ in }
      _ = try preparation.run(postprocessor, into: made.folder, threads: 1) { _ in Issue.record("all is there") }
      #expect(try Data(contentsOf: URL(filePath: file)) == whole)
    }
  }

  @Test func `is refused where it is missing or another's`() throws {
    try withTemporaryFolder { folder in
      let (_, made) = try datasets(in: folder)
      let (_, other) = try datasets(in: folder, "fc-2x12")
      let (file, its) = ("\(made.folder)/\(EmbeddingMaker.fileName)", "\(other.folder)/\(EmbeddingMaker.fileName)")
      try FileManager.default.removeItem(atPath: file)
      let missing = message { _ = try EmbeddingMaker(of: made) }
      #expect(missing.contains("expected what made the embeddings as \(file)") && !missing.contains("\n"))
      try FileManager.default.copyItem(atPath: its, toPath: file)
      let another = message { _ = try EmbeddingMaker(of: made) }
      #expect(another.contains("expected what made embeddings of fc-1x12 (") && another.contains("fc-2x12"))
      try SafetensorsFile.write([("x", Tensor([1]))], metadata: ["model": "average-pooling"], to: file)
      #expect(message { _ = try EmbeddingMaker(of: made) }.contains("expected a network of log-mel patches"))
      try SafetensorsFile.write([("x", Tensor([1]))], metadata: ["model": "fc-1x12"], to: file)
      #expect(message { _ = try EmbeddingMaker(of: made) }.contains("expected a tensor '"))
    }
  }

  @Test func `of released embeddings is whatever makes as many values of the same patches`() throws {
    try withTemporaryFolder { folder in
      let (source, made) = try datasets(in: folder)
      let expected = try vectors(try EmbeddingMaker(of: made), of: source)
      let maker = try EmbeddingMaker(of: made)
      let release = "\(folder)/release"
      func released(frames: Int = 96, size: Int = 128) throws -> Dataset {
        var settings = EmbeddingRelease.settings
        settings.frontEnd.framesPerPatch = frames
        var description = DatasetDescription(
          vocabulary: Vocabulary(made.description.labels), settings: settings, sounds: 0, soundsDigest: "", splits: [:])
        description.embedding = EmbeddingOrigin(network: "released", digest: "", size: size)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        try FileManager.default.createDirectory(atPath: release, withIntermediateDirectories: true)
        try encoder.encode(description).write(to: URL(filePath: "\(release)/dataset.json"))
        return try Dataset(opening: release, of: .embedding)
      }
      let missing = message { _ = try EmbeddingMaker(of: try released()) }
      #expect(missing.contains("released ones come without, and 'antiphon prepare --embedder' puts it there"))
      try maker.write(into: release)
      #expect(try vectors(try EmbeddingMaker(of: try released()), of: source) == expected)
      let size = message { _ = try EmbeddingMaker(of: try released(size: 64)) }
      #expect(size.contains("expected what made embeddings of released, 64 values each, found that of"), "\(size)")
      let hop = message { _ = try EmbeddingMaker(of: try released(frames: 48)) }
      #expect(hop.contains("expected a network of log-mel patches of 48 frames"), "\(hop)")
    }
  }

  @Test func `with a changed byte is refused, or makes the same`() throws {
    try withTemporaryFolder { folder in
      let (source, made) = try datasets(in: folder)
      let expected = try vectors(try EmbeddingMaker(of: made), of: source)
      let file = URL(filePath: "\(made.folder)/\(EmbeddingMaker.fileName)")
      let whole = [UInt8](try Data(contentsOf: file))
      // Bytes of the header, and one now and then of the values.
      for index in Array(stride(from: 0, to: 900, by: 11)) + Array(stride(from: 901, to: whole.count, by: 15_001)) {
        var changed = whole
        changed[index] ^= 0x41
        try Data(changed).write(to: file)
        if let maker = try? EmbeddingMaker(of: made) { #expect(try vectors(maker, of: source) == expected, "\(index)") }
      }
    }
  }
}
