public import Audio
internal import Tensors

/// How a dataset is made, as the user sets it.
public struct PreparationSettings: Codable, Equatable, Sendable {
  public var split = SplitRatio()
  /// Decides the split and the order of the clips.
  public var seed: UInt64 = 0
  /// The number of clips of a shard; without one about 64, or fewer where that would give too few shards to share out.
  public var clipsPerShard: Int?
  public var frontEnd = FrontEndSettings()
  public var quantization = Quantization()

  public init() {}
}

/// A shard that is to be made.
public struct PlannedShard: Sendable {
  /// The name of its file.
  public let name: String
  public let split: Split
  public let sounds: [ListedSound]
}

/// Which sound goes into which shard: the same for the same sounds and settings.
public struct PreparationPlan: Sendable {
  /// Where the sounds are.
  public let folder: String
  /// The dataset as it will be, with nothing counted yet.
  public let description: DatasetDescription
  public let shards: [PlannedShard]
  /// Sounds that are left out from the beginning.
  public let skipped: [SkippedSound]

  public var soundCount: Int { shards.reduce(0) { $0 + $1.sounds.count } }

  public init(_ list: SoundList, settings: PreparationSettings) {
    folder = list.folder
    skipped = list.skipped
    let sounds = list.sounds.sorted { $0.name < $1.name }
    let undecided = sounds.filter { $0.split == nil }
    let classes = list.vocabulary.labels.count
    // AudioSet's evaluation part is what it is: nothing else is evaluated on.
    let hasEvaluationPart = sounds.contains { $0.segment != nil && $0.split == .evaluation }
    let split = hasEvaluationPart ? settings.split.withoutEvaluation : settings.split
    var drawn = split.divide(undecided.map(\.labels), classes: classes, seed: settings.seed)[...]
    var parts: [Split: [ListedSound]] = [:]
    for sound in sounds { parts[sound.split ?? drawn.removeFirst(), default: []].append(sound) }
    shards = Split.allCases.flatMap { split in
      let sounds = parts[split] ?? []
      var generator = SeededGenerator(seed: settings.seed, stream: "shards of \(split.rawValue)")
      return Self.shards(of: split, sounds.shuffled(using: &generator), clipsPerShard: settings.clipsPerShard)
    }
    var splits: [Split: SplitDescription] = [:]
    for split in Split.allCases {
      let files = shards.filter { $0.split == split }.map { ShardDescription(file: $0.name) }
      splits[split] = SplitDescription(shards: files, classes: classes)
    }
    description = DatasetDescription(
      vocabulary: list.vocabulary, settings: settings, sounds: sounds.count, soundsDigest: Self.digest(of: sounds),
      splits: splits)
  }

  /// Cuts the clips of a part into shards whose sizes differ by at most one.
  private static func shards(of split: Split, _ sounds: [ListedSound], clipsPerShard: Int?) -> [PlannedShard] {
    guard !sounds.isEmpty else { return [] }
    let count = shardCount(clips: sounds.count, clipsPerShard: clipsPerShard)
    return (0..<count).map { index in
      let range = index * sounds.count / count..<(index + 1) * sounds.count / count
      return PlannedShard(
        name: shardName(of: split, index, count: count), split: split, sounds: Array(sounds[range]))
    }
  }

  static func shardName(of split: Split, _ index: Int, count: Int) -> String {
    "\(split.rawValue)-\(fiveDigits(index))-of-\(fiveDigits(count)).tfrecord"
  }

  /// Shards of 64 clips; where they would be fewer than 16, which several workers could hardly share, of 8 clips and
  /// more.
  private static func shardCount(clips: Int, clipsPerShard: Int?) -> Int {
    if let clipsPerShard { return (clips + clipsPerShard - 1) / clipsPerShard }
    return max((clips + 63) / 64, min(16, clips / 8), 1)
  }

  private static func fiveDigits(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 5 - String(number).count)) + String(number)
  }

  private static func digest(of sounds: [ListedSound]) -> String {
    var checksum = Checksum()
    for sound in sounds {
      let segment = sound.segment.map { "\($0.lowerBound) \($0.upperBound)" } ?? ""
      let line = "\(sound.name)\t\(sound.identifier)\t\(sound.labels)\t\(segment)\t\(sound.split?.rawValue ?? "")"
      checksum.add("\(line)\t\(sound.bytes)\n")
    }
    return checksum.hexadecimal
  }
}
