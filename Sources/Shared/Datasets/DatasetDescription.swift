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
  /// How the sound becomes log-mel patches; of embeddings, how it became what their network was shown.
  public var frontEnd: FrontEndSettings
  /// What the bytes of a patch mean.
  public var quantization: Quantization
  /// Whose vectors the patches are, where they are embeddings.
  public var embedding: EmbeddingOrigin?
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
  public var kind: Clip.Kind { embedding == nil ? .logMel : .embedding }
  /// What the patches are, and what their bytes mean: a network that learnt from such ones hears others that are the same.
  public var patchOrigin: String {
    let origin = embedding?.description ?? "log-mel patches"
    return "\(origin), of values from \(quantization)"
  }
  /// The shape of a patch as a network's input: `[frames, bands, 1]` of log-mel, `[size]` of embeddings.
  public var patchShape: [Int] { embedding.map { [$0.size] } ?? [frontEnd.framesPerPatch, frontEnd.bands, 1] }
  /// The number of values of a patch.
  public var patchSize: Int { patchShape.reduce(1, *) }

  /// The shape of examples as a network's input: `[count, frames, bands, 1]` of log-mel, `[count, patches, 1, size]` of
  /// embeddings.
  ///
  /// - Parameter patches: How many are one example; of log-mel it is one.
  func inputShape(_ count: Int, patches: Int) -> [Int] {
    precondition(kind == .embedding || patches == 1, "\(patches) log-mel patches are \(patches) examples")
    return [count] + (kind == .embedding ? [patches, 1, patchSize] : patchShape)
  }

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
    compare("patches") { $0.embedding?.description ?? "of log-mel" }
    if frontEnd != other.frontEnd { result.append("another front end") }
    compare("values", \.quantization)
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
