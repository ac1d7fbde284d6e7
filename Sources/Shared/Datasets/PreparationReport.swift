/// What became of the sounds (`report.json`). It says the same however often the preparation was interrupted.
public struct PreparationReport: Codable, Equatable, Sendable {
  public static let fileName = "report.json"

  public var clips: Int
  public var patches: Int
  /// The length of all clips.
  public var seconds: Double
  public var classes: Int
  public var shards: Int
  public var clipsPerSplit: [Split: Int]
  /// Of embeddings: how many clips have no label, and how many are shorter than AudioSet's, of ten vectors.
  public var unlabelled: Int?
  public var short: Int?
  /// How many sounds were left out, by kind.
  public var skippedCounts: [String: Int]
  /// Every sound that was left out, and why.
  public var skipped: [SkippedSound]

  init(_ description: DatasetDescription, skipped: [SkippedSound], _ records: [ShardRecord]) {
    clips = records.reduce(0) { $0 + $1.clips }
    patches = records.reduce(0) { $0 + $1.patches }
    seconds = records.reduce(0) { $0 + $1.seconds }
    classes = description.classes
    shards = records.count
    clipsPerSplit = description.splits.mapValues(\.clips)
    if description.kind == .embedding {
      unlabelled = records.reduce(0) { $0 + $1.unlabelled }
      short = records.reduce(0) { $0 + $1.short }
    }
    self.skipped = skipped.sorted { $0.path < $1.path }
    skippedCounts = Dictionary(grouping: skipped, by: \.kind.rawValue).mapValues(\.count)
  }
}
