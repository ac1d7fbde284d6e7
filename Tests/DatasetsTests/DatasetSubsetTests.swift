import Datasets
import Foundation
import Testing

@Suite struct `A subset of a dataset` {
  /// 60 sounds of one patch, of which a third, a fifth and a seventh have a label.
  private func dataset(in folder: String) throws -> Dataset {
    var csv = "path,labels\n"
    for index in 1...60 {
      try write("", to: "\(folder)/sounds/\(index).wav")
      let labels = [("thirds", 3), ("fifths", 5), ("sevenths", 7)].filter { index % $0.1 == 0 }.map(\.0)
      csv += "\(index).wav,\(labels.isEmpty ? "other" : labels.joined(separator: ";"))\n"
    }
    try write(csv, to: "\(folder)/labels.csv")
    var settings = smallSettings
    settings.clipsPerShard = 8
    let list = try SoundList(folder: "\(folder)/sounds", labels: ["\(folder)/labels.csv"], vocabulary: nil)
    let preparation = Preparation(of: PreparationPlan(list, settings: settings), into: "\(folder)/whole")
    _ = try preparation.run(threads: 1) { path, settings, take in
      try take(Array(repeating: Float(path.count % 7) - 3, count: settings.valuesPerPatch).span)
      return 0.96
    } progress: { _ in
    }
    return try Dataset(opening: "\(folder)/whole")
  }

  private func clips(_ dataset: Dataset, _ split: Split) throws -> [Clip] {
    var clips: [Clip] = []
    var reader = dataset.clips(of: split)
    while let clip = try reader.next() { clips.append(clip) }
    return clips
  }

  private func names(_ clip: Clip, _ dataset: Dataset) -> [String] {
    clip.labels.map { dataset.description.labels[$0].name }
  }

  @Test func `has the clips of the whole one, with those labels that it keeps`() throws {
    try withTemporaryFolder { folder in
      let whole = try dataset(in: folder)
      let kept = DatasetSubset.commonestLabels(2, of: whole.description)
      let keptNames = kept.map { whole.description.labels[$0].name }
      #expect(Set(keptNames) == ["other", "thirds"], "more clips have these")
      try DatasetSubset(labels: kept).write(of: whole, into: "\(folder)/part") { _, _ in }
      let part = try Dataset(opening: "\(folder)/part")
      #expect(part.description.labels.map(\.name) == keptNames && part.description.classes == 2)
      for split in Split.allCases {
        let (before, after) = try (clips(whole, split), clips(part, split))
        #expect(before.map(\.identifier) == after.map(\.identifier) && before.map(\.patches) == after.map(\.patches))
        for (old, new) in zip(before, after) {
          #expect(names(new, part) == names(old, whole).filter(keptNames.contains))
        }
        let counted = (0..<2).map { label in after.count { $0.labels.contains(label) } }
        let told = try #require(part.description.splits[split])
        #expect(told.clipsPerLabel == counted && told.clips == after.count && told.patches == after.count)
      }
    }
  }

  @Test func `of fewer clips lies in one of more, and other parts are whole`() throws {
    try withTemporaryFolder { folder in
      let whole = try dataset(in: folder)
      var smaller: Set<String> = []
      for count in [1, 3, 10, 20] {
        try DatasetSubset(trainingClips: count).write(of: whole, into: "\(folder)/\(count)") { _, _ in }
        let part = try Dataset(opening: "\(folder)/\(count)")
        let identifiers = Set(try clips(part, .train).map(\.identifier))
        #expect(identifiers.count == count && smaller.isSubset(of: identifiers))
        #expect(part.shards(of: .train).allSatisfy { $0.clips > 0 })
        #expect(try clips(part, .evaluation) == clips(whole, .evaluation))
        #expect(part.description.vocabularyDigest == whole.description.vocabularyDigest)
        smaller = identifiers
      }
    }
  }

  @Test func `that was not finished is written anew, and one that was is left alone`() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let whole = try dataset(in: folder)
      let subset = DatasetSubset(labels: [1])
      let path = "\(folder)/part"
      #expect(throws: Stop.self) {
        try subset.write(of: whole, into: path) { done, _ in if done == 2 { throw Stop() } }
      }
      #expect(throws: DatasetError.self) { try Dataset(opening: path) }
      try subset.write(of: whole, into: path) { _, _ in }
      let written = try contents(of: path)
      try subset.write(of: whole, into: path) { _, _ in throw Stop() }
      #expect(try contents(of: path) == written)
      try subset.write(of: whole, into: "\(folder)/again") { _, _ in }
      #expect(try contents(of: "\(folder)/again") == written)
    }
  }
}
