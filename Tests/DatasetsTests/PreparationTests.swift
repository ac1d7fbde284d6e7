import Audio
import Datasets
import Foundation
import Synchronization
import Testing

@Suite struct `A preparation` {
  /// A folder of 40 files that hold how many patches they give; three of them cannot be used.
  private func makeSounds(in folder: String) throws {
    var csv = "path,labels\n"
    for index in 0..<40 {
      let content = [3: "text", 11: "0", 12: "long"][index] ?? "\(1 + index % 5)"
      try write(content, to: "\(folder)/sounds/\(index).wav")
      csv += "\(index).wav,\(index % 4 == 0 ? "rare" : "common");all\n"
    }
    try write(csv + "nowhere.wav,all\n", to: "\(folder)/labels.csv")
  }

  private struct NotSound: Error, CustomStringConvertible {
    let description: String
  }

  /// Reads the files of `makeSounds`: the patches are made of the file's name.
  private let source: Preparation.PatchSource = { path, settings, take in
    let text = String(decoding: try read(path), as: UTF8.self)
    guard let count = text == "long" ? 1 : Int(text) else { throw NotSound(description: "\(path): this is no sound") }
    let name = URL(filePath: path).lastPathComponent
    for index in 0..<count {
      let values = (0..<settings.valuesPerPatch).map { Float((name.hashed + index * 7 + $0) % 11) - 5 }
      try take((text == "long" ? values.map { $0 / 0 } : values).span)
    }
    return Double(count) * 0.96
  }

  private func preparation(_ folder: String, into name: String, seed: UInt64 = 7) throws -> Preparation {
    let list = try SoundList(folder: "\(folder)/sounds", labels: ["\(folder)/labels.csv"], vocabulary: nil)
    var settings = smallSettings
    settings.seed = seed
    settings.clipsPerShard = 4
    return Preparation(of: PreparationPlan(list, settings: settings), into: "\(folder)/\(name)")
  }

  @Test func `puts every usable sound into one shard of its part`() throws {
    try withTemporaryFolder { folder in
      try makeSounds(in: folder)
      let report = try preparation(folder, into: "dataset").run(threads: 2, source: source) { _ in }
      let dataset = try Dataset(opening: "\(folder)/dataset")
      let description = dataset.description
      #expect(description.labels.map(\.name) == ["all", "common", "rare"])
      var seen: [String] = []
      for split in Split.allCases {
        let part = try #require(description.splits[split])
        var (clips, patches, perLabel) = (0, 0, [0, 0, 0])
        var reader = dataset.clips(of: split)
        while let clip = try reader.next() {
          let index = try #require(Int(clip.identifier.dropLast(4)))
          #expect(clip.labels == [0, index % 4 == 0 ? 2 : 1])
          #expect(clip.count == 1 + index % 5)
          #expect(clip.start == 0 && abs(clip.end - 0.96 * Float(clip.count)) < 1e-5)
          seen.append(clip.identifier)
          clips += 1
          patches += clip.count
          for label in clip.labels { perLabel[label] += 1 }
        }
        #expect(part.clips == clips && part.patches == patches && part.clipsPerLabel == perLabel)
        #expect(part.shards.reduce(0) { $0 + $1.clips } == clips)
        #expect(report.clipsPerSplit[split] == clips)
      }
      let unusable = [3, 11, 12]
      #expect(seen.sorted() == (0..<40).filter { !unusable.contains($0) }.map { "\($0).wav" }.sorted())
      #expect(report.skipped.map(\.path) == ["11.wav", "12.wav", "3.wav", "nowhere.wav"])
      #expect(report.skipped.map(\.kind) == [.tooShort, .undecodable, .undecodable, .missing])
      #expect(report.skipped[0].reason.hasSuffix("found 0.0000 s"), "places for the one sample that may be missing")
      #expect(report.skipped[2].reason == "this is no sound")
      #expect(report.skippedCounts == ["too_short": 1, "undecodable": 2, "missing": 1])
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/dataset/.preparation"))
    }
  }

  @Test func `that is interrupted at any sound goes on to the same bytes`() throws {
    struct Interruption: Error {}
    try withTemporaryFolder { folder in
      try makeSounds(in: folder)
      _ = try preparation(folder, into: "undisturbed").run(threads: 1, source: source) { _ in }
      let expected = try contents(of: "\(folder)/undisturbed")
      #expect(expected.keys.contains("dataset.json") && expected.keys.contains("report.json"))
      for stop in 1...40 {
        let name = "stopped-\(stop)"
        #expect(throws: Interruption.self) {
          try preparation(folder, into: name).run(threads: 1, source: source) { progress in
            if progress.done == stop { throw Interruption() }
          }
        }
        let finished = try contents(of: "\(folder)/\(name)").keys.filter { $0.hasSuffix("tfrecord") }
        let decoded = Mutex(0)
        _ = try preparation(folder, into: name).run(
          threads: 2,
          source: { path, settings, take in
            decoded.withLock { $0 += 1 }
            return try source(path, settings, take)
          }
        ) { _ in }
        let plan = try preparation(folder, into: name).plan
        let rest = plan.shards.filter { !finished.contains($0.name) }.reduce(0) { $0 + $1.sounds.count }
        #expect(decoded.withLock { $0 } == rest, "finished shards are not decoded again")
        #expect(try contents(of: "\(folder)/\(name)") == expected)
      }
    }
  }

  @Test func `does nothing in a folder that it has finished`() throws {
    try withTemporaryFolder { folder in
      try makeSounds(in: folder)
      let report = try preparation(folder, into: "dataset").run(threads: 1, source: source) { _ in }
      let again = try preparation(folder, into: "dataset").run(
        threads: 1, source: { path, _, _ in throw NotSound(description: path) }
      ) { _ in }
      #expect(again == report)
    }
  }

  @Test(arguments: [false, true]) func `refuses the dataset of another`(isFinished: Bool) throws {
    struct Interruption: Error {}
    try withTemporaryFolder { folder in
      try makeSounds(in: folder)
      do {
        _ = try preparation(folder, into: "dataset").run(threads: 1, source: source) { progress in
          if !isFinished, progress.done == 10 { throw Interruption() }
        }
      } catch is Interruption {}
      let before = try contents(of: "\(folder)/dataset")
      func error(seed: UInt64) -> String {
        message { _ = try preparation(folder, into: "dataset", seed: seed).run(threads: 1, source: source) { _ in } }
      }
      #expect(
        error(seed: 8).contains("holds a dataset made with other settings (seed 7, now 8): choose another folder"))
      try write("12345", to: "\(folder)/sounds/5.wav")
      #expect(error(seed: 7).contains("other sounds, or other labels of them"))
      #expect(try contents(of: "\(folder)/dataset") == before)
    }
  }

  @Test func `does not take a finished dataset for whole when a shard of it is cut or gone`() throws {
    try withTemporaryFolder { folder in
      try makeSounds(in: folder)
      _ = try preparation(folder, into: "dataset").run(threads: 1, source: source) { _ in }
      let shard = try #require(try Dataset(opening: "\(folder)/dataset").shards(of: .train).first)
      let path = "\(folder)/dataset/\(shard.file)"
      try write(Array(try read(path).dropLast()), to: path)
      for found in ["\(shard.bytes - 1)", "no file"] {
        let error = message { _ = try preparation(folder, into: "dataset").run(threads: 1, source: source) { _ in } }
        #expect(error.contains("\(path): expected \(shard.bytes) bytes, found \(found)"), "\(error)")
        try? FileManager.default.removeItem(atPath: path)
      }
    }
  }

  @Test func `of nothing usable says so and leaves no dataset`() throws {
    try withTemporaryFolder { folder in
      try write("text", to: "\(folder)/sounds/a/1.wav")
      let list = try SoundList(foldersIn: "\(folder)/sounds", vocabulary: nil)
      let preparation = Preparation(of: PreparationPlan(list, settings: smallSettings), into: "\(folder)/dataset")
      let error = message { _ = try preparation.run(threads: 1, source: source) { _ in } }
      #expect(
        error == "nothing to prepare in \(folder)/sounds: none of 1 sounds can be used; a/1.wav: this is no sound")
      #expect(message { _ = try Dataset(opening: "\(folder)/dataset") }.hasPrefix("cannot read"))
    }
  }

  @Test func `deals out enough shards for several workers`() throws {
    func shards(_ count: Int) throws -> [String] {
      try withTemporaryFolder { folder in
        var csv = ""
        for index in 0..<count {
          try write("1", to: "\(folder)/sounds/\(index).wav")
          csv += "\(index).wav,x,train\n"
        }
        try write(csv, to: "\(folder)/labels.csv")
        let list = try SoundList(folder: "\(folder)/sounds", labels: ["\(folder)/labels.csv"], vocabulary: nil)
        return PreparationPlan(list, settings: smallSettings).shards.map(\.name)
      }
    }
    #expect(try shards(1) == ["train-00000-of-00001.tfrecord"])
    #expect(try shards(40).count == 5)
    #expect(try shards(200).count == 16)
    #expect(try shards(1100).count == 18)
  }
}

extension String {
  fileprivate var hashed: Int { utf8.reduce(0) { ($0 * 31 + Int($1)) % 1009 } }
}
