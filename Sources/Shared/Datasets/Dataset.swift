/// A prepared dataset on disk.
public struct Dataset: Sendable {
  public let folder: String
  public let description: DatasetDescription
  /// What its readers give as one patch.
  public private(set) var unit = ExampleUnit.patch

  /// Opens the dataset in a folder.
  ///
  /// - Parameter kind: What its patches are to be; `nil` for any.
  /// - Throws: `DatasetError` if there is none, or it is of another format or kind, or contradicts itself.
  public init(opening folder: String, of kind: Clip.Kind? = .logMel) throws(DatasetError) {
    let path = "\(folder)/\(DatasetDescription.fileName)"
    let description = try JSONFile.read(DatasetDescription.self, from: path)
    let expected = "\(DatasetDescription.format) \(DatasetDescription.currentVersion)"
    guard "\(description.format) \(description.version)" == expected else {
      throw .invalid(path: path, reason: "expected \(expected), found \(description.format) \(description.version)")
    }
    guard Vocabulary(description.labels).digest == description.vocabularyDigest,
      description.labels.map(\.index) == Array(0..<description.classes)
    else { throw .invalid(path: path, reason: "the labels are not those that the vocabulary digest was made of") }
    guard kind == nil || kind == description.kind else {
      throw .invalid(
        path: path, reason: "expected the feature list \(kind!.rawValue), found \(description.kind.rawValue)")
    }
    self.folder = folder
    self.description = description
  }

  /// The shards of a part.
  public func shards(of split: Split) -> [ShardDescription] { description.splits[split]?.shards ?? [] }

  /// The same dataset to be read by others: patch by patch, or, if it is one of embeddings, clip by clip.
  public func read(by unit: ExampleUnit) -> Dataset {
    precondition(unit == .patch || description.kind == .embedding, "whole clips are read of embeddings")
    var dataset = self
    dataset.unit = unit
    return dataset
  }

  /// How many examples a part has; of whole clips at most, since some may have no patch. Where it has none, this is 0.
  public func examples(of split: Split) -> Int {
    shards(of: split).reduce(0) { $0 + (unit == .clip ? min($1.clips, $1.patches) : $1.patches) }
  }

  /// The clips of one shard.
  public func clips(of shard: ShardDescription) throws(DatasetError) -> ShardReader {
    try ShardReader(
      path: "\(folder)/\(shard.file)", description: description, by: unit, expectedClips: shard.clips)
  }

  /// The clip at a place of a part; those before it in its shard are read too.
  public func clip(at place: ClipPlace, of split: Split) throws(DatasetError) -> Clip {
    let shard = shards(of: split)[place.shard]
    var reader = try clips(of: shard)
    for _ in 0..<place.clip { _ = try reader.next() }
    guard let clip = try reader.next() else {
      throw .invalid(path: "\(folder)/\(shard.file)", reason: "there is no clip \(place.clip)")
    }
    return clip
  }

  /// The clip of one shard whose record begins at an offset.
  func clip(of shard: ShardDescription, at offset: Int) throws(DatasetError) -> Clip {
    let path = "\(folder)/\(shard.file)"
    var reader = try ShardReader(path: path, description: description, by: unit, from: offset)
    guard let clip = try reader.next() else {
      throw .damaged(path: path, offset: offset, reason: "expected a clip, the file ends")
    }
    return clip
  }

  /// All clips of a part, in the order of its shards.
  public func clips(of split: Split) -> ClipReader { ClipReader(self, split) }
}

/// Where a clip lies in a part of a dataset.
public struct ClipPlace: Equatable, Sendable {
  /// The number of its shard, and its own number there, both from 0.
  public let shard: Int
  public let clip: Int

  public init(shard: Int, clip: Int) {
    self.shard = shard
    self.clip = clip
  }
}

/// Streams the clips of a part in a fixed order, for evaluation; one clip is in memory at a time.
public struct ClipReader: ~Copyable {
  private let dataset: Dataset
  private var shards: ArraySlice<ShardDescription>
  private var current: ShardReader?

  init(_ dataset: Dataset, _ split: Split) {
    self.dataset = dataset
    shards = dataset.shards(of: split)[...]
  }

  /// The next clip, or nothing at the part's end.
  public mutating func next() throws(DatasetError) -> Clip? {
    while true {
      if let clip = try current?.next() { return clip }
      guard let shard = shards.popFirst() else { return nil }
      current = try dataset.clips(of: shard)
    }
  }
}
