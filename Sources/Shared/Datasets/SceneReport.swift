/// What scenes a folder holds, and by what rule they were made (`scenes.json`).
public struct SceneReport: Codable, Equatable, Sendable {
  public static let fileName = "scenes.json"
  public static let format = "antiphon-scenes"

  /// One label, and where it occurs.
  public struct LabelCount: Codable, Equatable, Sendable {
    public var name: String
    public var recordings: [Split: Int]
    public var scenes: [Split: Int]
  }

  public var format = Self.format
  public var version = 1
  public var rule: [String]
  public var settings: SceneSettings
  /// A checksum of the recordings' names, samples and labels.
  public var recordingsDigest: String
  /// How many different recordings each part is made of; none is in two.
  public var recordings: [Split: Int]
  public var meanLabelsPerScene: [Split: Double]
  /// The mean average precision that guessing has: the labels' mean share of the scenes.
  public var chanceMap: [Split: Double]
  public var labels: [LabelCount]
  /// How many sounds were left out, by kind.
  public var skippedCounts: [String: Int]
  /// Every sound that was left out, and why.
  public var skipped: [SkippedSound]

  init(_ plan: ScenePlan) {
    let (settings, source) = (plan.settings, plan.source)
    let scenes = Dictionary(grouping: plan.scenes, by: \.split)
    func count(_ body: (Split) -> Int) -> [Split: Int] {
      Dictionary(uniqueKeysWithValues: settings.parts.map { ($0, body($0)) })
    }
    rule = settings.rule
    self.settings = settings
    recordingsDigest = source.digest
    recordings = count { split in plan.parts.count { $0 == split } }
    meanLabelsPerScene = scenes.mapValues { scenes in
      Double(scenes.reduce(0) { $0 + $1.labels.count }) / Double(scenes.count)
    }
    chanceMap = meanLabelsPerScene.mapValues { $0 / Double(source.vocabulary.labels.count) }
    labels = source.vocabulary.labels.map { label in
      LabelCount(
        name: label.name,
        recordings: count { split in
          zip(plan.parts, source.recordings).count { $0 == split && $1.labels.contains(label.index) }
        },
        scenes: count { split in scenes[split]!.count { $0.labels.contains(label.index) } })
    }
    skippedCounts = Dictionary(grouping: source.skipped, by: \.kind.rawValue).mapValues(\.count)
    skipped = source.skipped
  }

  /// The number of scenes.
  public var scenes: Int { settings.scenes.values.reduce(0, +) }

  /// In what another folder's scenes differ from these, in words.
  func differences(from other: SceneReport) -> [String] {
    let result = settings.differences(from: other.settings)
    return result.isEmpty && recordingsDigest != other.recordingsDigest ? ["other sounds, or other labels"] : result
  }
}
