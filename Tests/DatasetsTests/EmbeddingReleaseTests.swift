import Datasets
import Foundation
import Testing

@Suite struct `Released embeddings` {
  private struct Interruption: Error {}

  private func prepare(
    _ folder: String, into: String, _ settings: PreparationSettings = EmbeddingRelease.settings, threads: Int = 2,
    progress: @escaping @Sendable (DatasetAssembly.Progress) throws -> Void = { _ in }
  ) throws -> PreparationReport {
    let release = try EmbeddingRelease(
      folder: folder, vocabulary: ReleasedEmbeddings.vocabulary, settings: settings, shardBytes: 20_000)
    return try release.write(into: into, threads: threads, progress: progress)
  }

  private func clips(_ folder: String, _ split: Split) throws -> [String: Clip] {
    var reader = try Dataset(opening: folder, of: .embedding).clips(of: split)
    var clips: [String: Clip] = [:]
    while let clip = try reader.next() { clips[clip.identifier] = clip }
    return clips
  }

  @Test func `of AudioSet keep their bytes, labels and parts`() throws {
    try withTemporaryFolder { folder in
      let released = try ReleasedEmbeddings(clips: ["bal_train": 60, "unbal_train": 120, "eval": 40])
      try released.write(to: "\(folder)/release")
      try write("YTID", to: "\(folder)/release/eval_segments.csv")
      let report = try prepare("\(folder)/release", into: "\(folder)/embeddings")
      let train = released.entries.filter { !$0.file.hasPrefix("eval") }
      #expect(report.clipsPerSplit == [.train: 180, .evaluation: 40, .validation: 0])
      #expect(report.short == released.entries.count { $0.vectors.count < 10 } && report.unlabelled == 0)
      #expect(report.skippedCounts == ["ignored": 1])
      let found = try clips("\(folder)/embeddings", .train)
      for entry in train where train.count(where: { $0.identifier == entry.identifier }) == 1 {
        let clip = try #require(found[entry.identifier])
        #expect(clip.labels == entry.labels.sorted() && clip.patches == Array(entry.vectors.joined()))
        #expect(clip.start == 30 && clip.end == 30 + Float(entry.vectors.count) && clip.count == entry.vectors.count)
      }
      let part = try #require(try Dataset(opening: "\(folder)/embeddings", of: .embedding).description.splits[.train])
      #expect(part.shards.count > 1 && part.shards.count < released.records.count, "small files become larger ones")
      for label in 0..<527 { #expect(part.clipsPerLabel[label] == train.count { $0.labels.contains(label) }) }
    }
  }

  @Test func `of YouTube-8M are their sound`() throws {
    try withTemporaryFolder { folder in
      let released = try ReleasedEmbeddings(clips: ["any": 30])
      let records = released.entries.map(\.youTube8M)
      for (name, range) in [("train00", 0..<20), ("validate00", 20..<25), ("test00", 25..<30)] {
        try ReleasedEmbeddings.write(Array(records[range]), to: "\(folder)/release/frame/\(name).tfrecord")
      }
      let report = try prepare("\(folder)/release", into: "\(folder)/embeddings")
      #expect(report.clipsPerSplit == [.train: 20, .validation: 5, .evaluation: 5])
      let found = try clips("\(folder)/embeddings", .train)
      for entry in released.entries[..<20] {
        let clip = try #require(found[entry.identifier])
        #expect(clip.patches == Array(entry.vectors.joined()) && clip.labels == entry.labels.sorted())
        #expect(clip.start == 0 && clip.end == Float(entry.vectors.count))
      }
    }
  }

  @Test func `are read as TensorFlow writes them`() throws {
    try withTemporaryFolder { folder in
      for name in ["eval.tfrecord", "test.tfrecord"] {
        let path = Bundle.module.resourceURL!.appending(path: "Fixtures/\(name)").path
        try write(try read(path), to: "\(folder)/release/\(name)")
      }
      let report = try prepare("\(folder)/release", into: "\(folder)/embeddings")
      #expect(report.clips == 2 && report.patches == 22 && report.skipped.isEmpty)
      let found = try clips("\(folder)/embeddings", .evaluation)
      func vectors(_ count: Int) -> [UInt8] { (0..<count).flatMap { [UInt8($0)] + Array(1..<128) } }
      let audioSet = Clip(
        identifier: "-0RWZT-miFs", start: 420, end: 430, labels: [7, 300, 526], patches: vectors(10), patchSize: 128,
        kind: .embedding)
      let youTube8M = Clip(
        identifier: "eXbF", start: 0, end: 12, labels: [7, 300, 526], patches: vectors(12), patchSize: 128,
        kind: .embedding)
      #expect(found == ["-0RWZT-miFs": audioSet, "eXbF": youTube8M])
    }
  }

  @Test func `that are damaged are left out and counted, and the others kept`() throws {
    try withTemporaryFolder { folder in
      var entries = Array(try ReleasedEmbeddings(clips: ["eval": 8]).entries)
      for index in entries.indices { entries[index].identifier = "clip \(index)" }
      entries[2].labels = []
      entries[4].vectors = [[1, 2, 3]]
      entries[5].labels = [600]
      entries[6].start = .nan
      entries[7].start = .infinity
      let path = "\(folder)/release/eval/00.tfrecord"
      try ReleasedEmbeddings.write(entries.map(\.record), to: path)
      var bytes = try read(path)
      bytes[entries[0].record.count / 2] ^= 1  // in the data of the first one
      try write(bytes, to: path)
      try write(Array(bytes[..<(bytes.count - 3)]), to: "\(folder)/release/eval/01.tfrecord")
      try write([], to: "\(folder)/release/eval/02.tfrecord")
      let report = try prepare("\(folder)/release", into: "\(folder)/embeddings")
      #expect(Set(try clips("\(folder)/embeddings", .evaluation).keys) == ["clip 1", "clip 2", "clip 3"])
      #expect(report.clips == 6 && report.unlabelled == 2, "each of three from both files")
      #expect(report.skippedCounts == ["damaged": 11])
      #expect(report.skipped.filter { $0.path == "eval/02.tfrecord" }.map(\.reason) == ["it is empty"])
      let reasons = report.skipped.filter { $0.path == "eval/00.tfrecord" }.map(\.reason)
      #expect(reasons.contains { $0.hasPrefix("at byte 0: the checksum of the record's") })
      #expect(reasons.contains { $0.hasSuffix("expected a patch of 128 bytes, found [3]") })
      #expect(reasons.contains { $0.hasSuffix("expected labels below 527, found 600") })
      for wrong in ["nan to nan", "inf to inf"] {
        #expect(reasons.contains { $0.hasSuffix("expected times of a film in seconds, found \(wrong)") })
      }
      #expect(report.skipped.contains { $0.path == "eval/01.tfrecord" && $0.reason.contains("the file has") })
    }
  }

  @Test func `have labels that are integers, or none`() throws {
    try withTemporaryFolder { folder in
      let features: [Feature] = [
        .bytes([[7]]), .floats([7]), .integers([7]), .integers([]), .bytes([]), .floats([]),
      ]
      let records = features.enumerated().map { index, labels in
        SequenceExample(
          context: [
            "video_id": .bytes([Array("clip \(index)".utf8)]), "start_time_seconds": .floats([0]),
            "end_time_seconds": .floats([1]), "labels": labels,
          ], featureLists: ["audio_embedding": [.bytes([Array(repeating: 1, count: 128)])]]
        ).encoded
      }
      try ReleasedEmbeddings.write(records, to: "\(folder)/release/eval/00.tfrecord")
      let report = try prepare("\(folder)/release", into: "\(folder)/embeddings")
      let labels = try clips("\(folder)/embeddings", .evaluation).mapValues(\.labels)
      #expect(labels == ["clip 2": [7], "clip 3": [], "clip 4": [], "clip 5": []] && report.unlabelled == 3)
      #expect(report.skipped.count == 2 && report.skippedCounts == ["damaged": 2])
      for kind in ["bytes", "floats"] {
        #expect(report.skipped.contains { $0.reason.hasSuffix("expected labels as integers, found \(kind)") })
      }
    }
  }

  @Test func `of which a length is damaged are not read any further, as the report says`() throws {
    try withTemporaryFolder { folder in
      let records = try ReleasedEmbeddings(clips: ["eval": 5]).entries.map(\.record)
      let path = "\(folder)/release/eval/00.tfrecord"
      try ReleasedEmbeddings.write(records, to: path)
      var bytes = try read(path)
      let second = records[0].count + 16
      bytes[second] ^= 1
      try write(bytes, to: path)
      let report = try prepare("\(folder)/release", into: "\(folder)/embeddings")
      #expect(report.clips == 1)
      #expect(
        report.skipped.map(\.reason) == [
          "at byte \(second): the checksum of the record's length is wrong: the \(bytes.count - second) bytes from there "
            + "to the file's end are not read"
        ])
    }
  }

  @Test func `are in the part of the innermost folder, whatever those around it are called`() throws {
    try withTemporaryFolder { folder in
      let released = try ReleasedEmbeddings(clips: ["bal_train": 20, "unbal_train": 20, "eval": 10])
      try released.write(to: "\(folder)/release/test-download/train/audioset_v1_embeddings")
      try ReleasedEmbeddings.write(
        try ReleasedEmbeddings(clips: ["any": 3]).entries.map(\.youTube8M),
        to: "\(folder)/release/test/frame/train00.tfrecord")
      try ReleasedEmbeddings.write([released.entries[0].record], to: "\(folder)/release/test-download/00.tfrecord")
      let report = try prepare("\(folder)/release", into: "\(folder)/embeddings")
      #expect(report.clipsPerSplit == [.train: 43, .evaluation: 10, .validation: 0])
      #expect(report.skipped.map(\.path) == ["test-download/00.tfrecord"] && report.skippedCounts == ["ignored": 1])
    }
  }

  @Test func `give a share of their training part for validation, by the clips' ids`() throws {
    try withTemporaryFolder { folder in
      var entries = Array(try ReleasedEmbeddings(clips: ["bal_train": 300, "eval": 40]).entries)
      for index in entries.indices { entries[index].identifier = "clip \(index)" }
      let training = entries.filter { $0.file.hasPrefix("bal_train") }.map(\.record)
      for (name, records) in [("one", training), ("other", training.reversed())] {
        try ReleasedEmbeddings.write(records + [[1]], to: "\(folder)/\(name)/unbal_train/\(name).tfrecord")
        try ReleasedEmbeddings.write(
          entries.filter { $0.file.hasPrefix("eval") }.map(\.record), to: "\(folder)/\(name)/eval/00.tfrecord")
      }
      var settings = EmbeddingRelease.settings
      settings.split = SplitRatio(train: 80, validation: 20, evaluation: 0)
      let report = try prepare("\(folder)/one", into: "\(folder)/embeddings", settings)
      let (train, validation) = (
        try clips("\(folder)/embeddings", .train), try clips("\(folder)/embeddings", .validation)
      )
      #expect(report.clips == 340 && (45...75).contains(validation.count) && report.skippedCounts == ["damaged": 1])
      #expect(train.count + validation.count == 300 && Set(train.keys).isDisjoint(with: validation.keys))
      #expect(try clips("\(folder)/embeddings", .evaluation).count == 40)
      _ = try prepare("\(folder)/other", into: "\(folder)/others", settings)
      #expect(try clips("\(folder)/others", .validation) == validation)
      settings.seed = 1
      _ = try prepare("\(folder)/one", into: "\(folder)/another", settings)
      #expect(try clips("\(folder)/another", .validation) != validation)
      let error = message { _ = try prepare("\(folder)/one", into: "\(folder)/embeddings") }
      #expect(error.contains("split 80/20/0, now 100/0/0"))
    }
  }

  @Test func `give none where they have a part for validation`() throws {
    try withTemporaryFolder { folder in
      let records = try ReleasedEmbeddings(clips: ["any": 4]).entries.map(\.youTube8M)
      for name in ["train00", "validate00"] {
        try ReleasedEmbeddings.write(records, to: "\(folder)/release/\(name).tfrecord")
      }
      var settings = EmbeddingRelease.settings
      settings.split = SplitRatio(train: 80, validation: 20, evaluation: 0)
      let error = message { _ = try prepare("\(folder)/release", into: "\(folder)/embeddings", settings) }
      #expect(error.contains("\(folder)/release has a part of them: no --split"))
    }
  }

  @Test func `are read as their settings say, also by those who open the dataset later`() throws {
    try withTemporaryFolder { folder in
      try ReleasedEmbeddings(clips: ["eval": 2]).write(to: "\(folder)/release")
      var settings = EmbeddingRelease.settings
      settings.quantization = .kong
      _ = try prepare("\(folder)/release", into: "\(folder)/embeddings", settings)
      let dataset = try Dataset(opening: "\(folder)/embeddings", of: .embedding)
      let clip = try #require(try clips("\(folder)/embeddings", .evaluation).values.first)
      let input = clip.input(dataset.description)
      #expect(clip.patches.indices.allSatisfy { input.values[$0] == (Float(clip.patches[$0]) - 128) / 128 })
      let error = message { _ = try prepare("\(folder)/release", into: "\(folder)/embeddings") }
      #expect(error.contains("values -1.0 to 0.9921875, now -1.9921875 to 2.0078125"))
    }
  }

  @Test func `that are interrupted at any file go on to the same bytes`() throws {
    try withTemporaryFolder { folder in
      let released = try ReleasedEmbeddings(clips: ["eval": 40, "bal_train": 40])
      try released.write(to: "\(folder)/release")
      _ = try prepare("\(folder)/release", into: "\(folder)/undisturbed")
      let expected = try contents(of: "\(folder)/undisturbed")
      for stop in stride(from: 1, through: released.records.count, by: 5) {
        #expect(throws: Interruption.self) {
          try prepare("\(folder)/release", into: "\(folder)/\(stop)", threads: 1) { progress in
            if progress.done == stop { throw Interruption() }
          }
        }
        _ = try prepare("\(folder)/release", into: "\(folder)/\(stop)")
        #expect(try contents(of: "\(folder)/\(stop)") == expected)
      }
    }
  }

  @Test func `have what the ontology has above their labels, where it is given`() throws {
    try withTemporaryFolder { folder in
      var entries = Array(try ReleasedEmbeddings(clips: ["eval": 3]).entries)
      for index in entries.indices { (entries[index].identifier, entries[index].labels) = ("\(index)", [index + 3]) }
      try ReleasedEmbeddings.write(entries.map(\.record), to: "\(folder)/release/eval/00.tfrecord")
      try write(
        #"""
        [{"id": "/m/0", "name": "root", "child_ids": ["/t/abstract", "/m/5"]},
         {"id": "/t/abstract", "child_ids": ["/m/3"]}, {"id": "/m/1", "child_ids": ["/m/3", "/m/1"]},
         {"id": "/m/3", "child_ids": []}]
        """#, to: "\(folder)/ontology.json")
      let release = try EmbeddingRelease(
        folder: "\(folder)/release", vocabulary: ReleasedEmbeddings.vocabulary,
        ontology: Ontology(reading: "\(folder)/ontology.json"))
      _ = try release.write(into: "\(folder)/embeddings", threads: 1) { _ in }
      let labels = try clips("\(folder)/embeddings", .evaluation).mapValues(\.labels)
      #expect(labels == ["0": [0, 1, 3], "1": [4], "2": [0, 5]])
      let error = message { _ = try prepare("\(folder)/release", into: "\(folder)/embeddings") }
      #expect(error.contains("other sounds, or other labels of them"))
      try write("{}", to: "\(folder)/ontology.json")
      #expect(
        message { _ = try Ontology(reading: "\(folder)/ontology.json") }
          .hasSuffix("expected AudioSet's ontology, an array of objects with id and child_ids"))
    }
  }

  @Test func `that are none are refused in one line`() throws {
    try withTemporaryFolder { folder in
      try write("no", to: "\(folder)/somewhere/notes.txt")
      let error = message { _ = try prepare(folder, into: "\(folder)/embeddings") }
      #expect(
        error == "nothing to prepare in \(folder): expected files such as eval/00.tfrecord, bal_train/00.tfrecord "
          + "or train00.tfrecord")
      #expect(message { _ = try prepare("\(folder)/nowhere", into: "\(folder)/e") }.contains("there is none"))
    }
  }

  @Test func `of YouTube-8M are named by its vocabulary`() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/vocabulary.csv"
      try write(
        "Index,TrainVideoCount,KnowledgeGraphId,Name,WikiUrl\n0,788288,/m/03bt1gh,Game,https://en.wikipedia.org\n",
        to: path)
      let vocabulary = try Vocabulary(audioSet: path)
      #expect(vocabulary.labels == [Label(index: 0, identifier: "/m/03bt1gh", name: "Game")])
    }
  }
}
