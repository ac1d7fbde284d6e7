internal import Foundation

/// A part of a dataset, as a dataset of its own: with some of its labels, and some of the clips to train on.
///
/// The clips of fewer are among those of more. A clip that has none of the labels is there too: an example of none of them.
public struct DatasetSubset: Codable, Equatable, Sendable {
  /// The indices of the labels that are kept, ascending; `nil` for all.
  public var labels: [Int]?
  /// How many clips of the training part are kept; `nil` for all.
  public var trainingClips: Int?

  public init(labels: [Int]? = nil, trainingClips: Int? = nil) {
    self.labels = labels
    self.trainingClips = trainingClips
  }

  /// The labels that most clips of the training part have, as indices, ascending; of equals the first ones.
  public static func commonestLabels(_ count: Int, of description: DatasetDescription) -> [Int] {
    let clips = description.splits[.train]?.clipsPerLabel ?? []
    return clips.indices.sorted { (-clips[$0], $0) < (-clips[$1], $1) }.prefix(count).sorted()
  }

  /// Writes it into a folder, unless the folder holds a dataset already. Without `dataset.json`, which is written last,
  /// the folder holds none.
  ///
  /// - Parameters:
  ///   - labels: In 0..<the dataset's classes, ascending, at least one.
  ///   - progress: Called after each shard with how many are done, and how many there are; if it throws, it ends.
  public func write(of dataset: Dataset, into folder: String, progress: (Int, Int) throws -> Void) throws {
    let file = "\(folder)/\(DatasetDescription.fileName)"
    guard !FileManager.default.fileExists(atPath: file) else { return }
    try writing(folder) { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    var description = dataset.description
    let kept = labels ?? Array(0..<description.classes)
    let vocabulary = Vocabulary(
      kept.enumerated().map { index, old in
        Label(index: index, identifier: description.labels[old].identifier, name: description.labels[old].name)
      })
    description.labels = vocabulary.labels
    description.vocabularyDigest = vocabulary.digest
    let indices = Dictionary(uniqueKeysWithValues: zip(kept, kept.indices))
    let total = description.splits.values.reduce(0) { $0 + $1.shards.count }
    var done = 0
    for split in Split.allCases where description.splits[split] != nil {
      let shards = dataset.shards(of: split)
      let counts = split == .train ? Self.share(trainingClips, among: shards.map(\.clips)) : shards.map(\.clips)
      var part = SplitDescription(shards: [], classes: kept.count)
      for (shard, count) in zip(shards, counts) {
        if count > 0 { try copy(count, of: shard, dataset, labels: indices, into: folder, &part) }
        done += 1
        try progress(done, total)
      }
      description.splits[split] = part
    }
    try JSONFile.write(description, to: file)
  }

  /// How many clips of each shard are kept: the first of each shard, then the second of each, until there are enough.
  static func share(_ count: Int?, among shards: [Int]) -> [Int] {
    guard let count else { return shards }
    var shares = Array(repeating: 0, count: shards.count)
    var left = count
    for place in 0..<(shards.max() ?? 0) {
      for shard in shards.indices where left > 0 && shards[shard] > place {
        shares[shard] += 1
        left -= 1
      }
    }
    return shares
  }

  private func copy(
    _ count: Int, of shard: ShardDescription, _ dataset: Dataset, labels: [Int: Int], into folder: String,
    _ part: inout SplitDescription
  ) throws {
    var copied = ShardDescription(file: shard.file)
    let writer = try TFRecordWriter(path: "\(folder)/\(shard.file)")
    var reader = try dataset.clips(of: shard)
    while copied.clips < count, var clip = try reader.next() {
      clip.labels = clip.labels.compactMap { labels[$0] }
      copied.bytes += try writer.append(clip.encoded)
      copied.clips += 1
      copied.patches += clip.count
      for label in clip.labels { part.clipsPerLabel[label] += 1 }
    }
    try writer.finish()
    part.clips += copied.clips
    part.patches += copied.patches
    part.shards.append(copied)
  }
}
