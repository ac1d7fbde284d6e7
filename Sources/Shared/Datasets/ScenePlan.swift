internal import Tensors

/// Which scenes there are and what is in them, before a sample is mixed: the same for the same recordings and settings.
public struct ScenePlan: Sendable {
  public let settings: SceneSettings
  public let source: SceneRecordings
  /// The part of each recording.
  public let parts: [Split]
  /// All scenes, part by part.
  public let scenes: [Scene]

  /// - Throws: `DatasetError.invalidSetting` if a part cannot have every label: there are fewer scenes than labels, or
  ///   no division of the recordings was found.
  public init(_ source: SceneRecordings, settings: SceneSettings) throws(DatasetError) {
    precondition(settings.events.lowerBound > 0 && !settings.parts.isEmpty)
    let classes = source.vocabulary.labels.count
    for split in settings.parts where settings.scenes[split]! < classes {
      throw .invalidSetting(
        "expected at least \(classes) \(split.rawValue) scenes, one for each label, found \(settings.scenes[split]!)")
    }
    let parts = try Self.divide(source, settings)
    self.settings = settings
    self.source = source
    self.parts = parts
    scenes = settings.parts.flatMap { split in
      let members = source.recordings.indices.filter { parts[$0] == split }
      return SceneDraw(split, of: source.recordings, members: members, classes: classes, settings).scenes()
    }
  }

  /// Divides the recordings so that each part has each label. A division by shares of labels nearly always does; where
  /// a rare label went with others, another is drawn.
  private static func divide(
    _ source: SceneRecordings, _ settings: SceneSettings
  ) throws(DatasetError) -> [Split] {
    let labels = source.recordings.map(\.labels)
    let classes = source.vocabulary.labels.count
    let shares = settings.division
    let ratio = SplitRatio(
      train: settings.parts.contains(.train) ? shares.train : 0,
      validation: settings.parts.contains(.validation) ? shares.validation : 0,
      evaluation: settings.parts.contains(.evaluation) ? shares.evaluation : 0)
    var generator = SeededGenerator(seed: settings.seed, stream: "division")
    var lacking: (split: Split, label: Int)?
    for _ in 0..<100 {
      let parts = ratio.divide(labels, classes: classes, seed: generator.next())
      lacking = Self.lacking(parts, labels, classes: classes, settings.parts)
      if lacking == nil { return parts }
    }
    let name = source.vocabulary.labels[lacking!.label].name
    throw .invalidSetting(
      "expected a recording of each label in each part, found none of \(name) for \(lacking!.split.rawValue) "
        + "in 100 divisions: more than \(settings.minimumFiles) recordings of a label are needed (--minimum-files)")
  }

  /// A part that lacks a label.
  private static func lacking(
    _ parts: [Split], _ labels: [[Int]], classes: Int, _ wanted: [Split]
  ) -> (split: Split, label: Int)? {
    for split in wanted {
      let present = Set(zip(parts, labels).filter { $0.0 == split }.flatMap(\.1))
      if let label = (0..<classes).first(where: { !present.contains($0) }) { return (split, label) }
    }
    return nil
  }
}
