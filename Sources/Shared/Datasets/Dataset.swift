/// A prepared dataset on disk.
public struct Dataset: Sendable {
  public let folder: String
  public let description: DatasetDescription

  /// Opens the dataset in a folder.
  ///
  /// - Throws: `DatasetError` if there is none, or it is of another format, or contradicts itself.
  public init(opening folder: String) throws(DatasetError) {
    let path = "\(folder)/\(DatasetDescription.fileName)"
    let description = try JSONFile.read(DatasetDescription.self, from: path)
    let expected = "\(DatasetDescription.format) \(DatasetDescription.currentVersion)"
    guard "\(description.format) \(description.version)" == expected else {
      throw .invalid(path: path, reason: "expected \(expected), found \(description.format) \(description.version)")
    }
    guard Vocabulary(description.labels).digest == description.vocabularyDigest,
      description.labels.map(\.index) == Array(0..<description.classes)
    else { throw .invalid(path: path, reason: "the labels are not those that the vocabulary digest was made of") }
    self.folder = folder
    self.description = description
  }

  /// The shards of a part.
  public func shards(of split: Split) -> [ShardDescription] { description.splits[split]?.shards ?? [] }

  /// The clips of one shard.
  public func clips(of shard: ShardDescription) throws(DatasetError) -> ShardReader {
    try ShardReader(path: "\(folder)/\(shard.file)", description: description, expectedClips: shard.clips)
  }

  /// The clip of one shard whose record begins at an offset.
  func clip(of shard: ShardDescription, at offset: Int) throws(DatasetError) -> Clip {
    let path = "\(folder)/\(shard.file)"
    var reader = try ShardReader(path: path, description: description, from: offset)
    guard let clip = try reader.next() else {
      throw .damaged(path: path, offset: offset, reason: "expected a clip, the file ends")
    }
    return clip
  }

  /// All clips of a part, in the order of its shards.
  public func clips(of split: Split) -> ClipReader { ClipReader(self, split) }
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
