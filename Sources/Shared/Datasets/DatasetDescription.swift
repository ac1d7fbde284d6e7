public import Audio

/// What `dataset.json` says: all that is needed to read the shards beside it. It is written last; a folder without it
/// holds no dataset.
public struct DatasetDescription: Codable, Equatable, Sendable {
  public static let fileName = "dataset.json"
  public static let format = "antiphon-dataset"
  public static let currentVersion = 1

  public var format = Self.format
  public var version = Self.currentVersion
  /// The vocabulary, by index.
  public var labels: [Label]
  /// `Vocabulary.digest` of the labels.
  public var vocabularyDigest: String
  public var frontEnd: FrontEndSettings
  public var quantization: Quantization
  /// What decided the split and the order of the clips.
  public var split: SplitRatio
  public var seed: UInt64
  public var clipsPerShard: Int?
  /// The number of sounds that were to be prepared, and a checksum of their names, sizes and labels.
  public var sounds: Int
  public var soundsDigest: String
  public var splits: [Split: SplitDescription]

  /// The number of labels, and of a network's outputs.
  public var classes: Int { labels.count }
  /// The number of values of a patch.
  public var patchSize: Int { frontEnd.valuesPerPatch }

  public init(
    vocabulary: Vocabulary, settings: PreparationSettings, sounds: Int, soundsDigest: String,
    splits: [Split: SplitDescription]
  ) {
    labels = vocabulary.labels
    vocabularyDigest = vocabulary.digest
    frontEnd = settings.frontEnd
    quantization = settings.quantization
    split = settings.split
    seed = settings.seed
    clipsPerShard = settings.clipsPerShard
    self.sounds = sounds
    self.soundsDigest = soundsDigest
    self.splits = splits
  }

  /// In what another preparation differs from this one, in words; what was counted is not compared.
  func differences(from other: DatasetDescription) -> [String] {
    var result: [String] = []
    func compare<Value: Equatable>(_ name: String, _ value: (DatasetDescription) -> Value) {
      if value(self) != value(other) { result.append("\(name) \(value(other)), now \(value(self))") }
    }
    compare("split", \.split)
    compare("seed", \.seed)
    compare("clips per shard") { $0.clipsPerShard.map(String.init) ?? "by default" }
    compare("labels", \.classes)
    compare("sounds", \.sounds)
    if frontEnd != other.frontEnd || quantization != other.quantization { result.append("another front end") }
    if result.isEmpty, vocabularyDigest != other.vocabularyDigest { result.append("other labels") }
    if result.isEmpty, soundsDigest != other.soundsDigest { result.append("other sounds, or other labels of them") }
    return result
  }
}

/// One part of a dataset.
public struct SplitDescription: Codable, Equatable, Sendable {
  public var shards: [ShardDescription]
  public var clips = 0
  public var patches = 0
  /// The number of clips with each label, by the label's index.
  public var clipsPerLabel: [Int]

  /// A part of which nothing has been counted yet.
  public init(shards: [ShardDescription], classes: Int) {
    self.shards = shards
    clipsPerLabel = Array(repeating: 0, count: classes)
  }
}

/// One file of a part.
public struct ShardDescription: Codable, Equatable, Sendable {
  public var file: String
  public var bytes = 0
  public var clips = 0
  public var patches = 0

  public init(file: String) {
    self.file = file
  }
}
