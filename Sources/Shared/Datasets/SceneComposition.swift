internal import Audio
internal import Foundation

/// Makes a folder of labelled scenes out of recordings of single sounds, as `scaper` does (Salamon et al. 2017).
///
/// What is in which scene is settled before the first one is mixed, so scenes are made in any order, on any number of
/// threads, and a composition that was killed goes on where it stopped: the bytes are the same. `scenes.json` is written
/// first, each scene under another name and then renamed, then `events.csv`, and `labels.csv` last: a folder without it is not finished.
public struct SceneComposition: Sendable {
  /// The list of all scenes with their labels and parts, as `SoundList` reads it.
  public static let labelsFileName = "labels.csv"

  /// How far a composition is.
  public enum Progress: Equatable, Sendable {
    /// Recordings that were heard.
    case hearing(Int, of: Int)
    /// Scenes that are finished, those of earlier runs included.
    case composing(Int, of: Int)
  }

  public let list: SoundList
  public let settings: SceneSettings
  let folder: String

  /// - Parameter folder: Where the scenes are to be; made if it is not there.
  public init(of list: SoundList, settings: SceneSettings, into folder: String) {
    self.list = list
    self.settings = settings
    self.folder = folder
  }

  /// Makes the scenes that are not yet there.
  ///
  /// - Parameters:
  ///   - threads: How many scenes are made at a time.
  ///   - progress: Called after each recording and each scene, one call at a time. If it throws, the composition stops,
  ///     and can go on later.
  /// - Throws: `DatasetError`, among others if the folder holds other scenes, or if there is nothing to make scenes of;
  ///   or what `progress` throws.
  public func run(threads: Int, progress: @Sendable (Progress) throws -> Void) throws -> SceneReport {
    precondition(threads > 0, "a composition needs a thread")
    if let sound = list.sounds.first(where: { $0.split != nil }) {
      throw DatasetError.invalidSetting(
        "expected sounds of no part, as they are divided here, found \(sound.name) for \(sound.split!.rawValue)")
    }
    let lock = try PreparationLock(folder: folder)
    defer { lock.release() }
    let source = try SceneRecordings(hearing: list, settings: settings, threads: threads) {
      try progress(.hearing($0, of: list.sounds.count))
    }
    let plan = try ScenePlan(source, settings: settings)
    let report = SceneReport(plan)
    let isBegun = try claim(report)
    let missing = plan.scenes.filter { !isBegun || !FileManager.default.fileExists(atPath: "\(folder)/\($0.name)") }
    let found = plan.scenes.count - missing.count
    _ = try mapConcurrently(
      missing.count, threads: threads, progress: { try progress(.composing(found + $0, of: plan.scenes.count)) },
      body: { try make(missing[$0], source) })
    try write(SceneTimes.text(of: plan), to: "\(folder)/\(SceneTimes.fileName)")
    try write(Self.labels(of: plan), to: "\(folder)/\(Self.labelsFileName)")
    try writing(folder) { try FileManager.default.removeItem(atPath: "\(folder)/.preparation") }
    return report
  }

  /// Notes what is being made.
  ///
  /// - Returns: Whether the same was begun before, so that what is there can stay.
  private func claim(_ report: SceneReport) throws(DatasetError) -> Bool {
    let path = "\(folder)/\(SceneReport.fileName)"
    if FileManager.default.fileExists(atPath: path) {
      let differences = report.differences(from: try JSONFile.read(SceneReport.self, from: path))
      guard differences.isEmpty else { throw .otherPreparation(path: folder, differences: differences) }
      return true
    }
    try writing(folder) {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(Self.labelsFileName)")
      for split in settings.parts {
        try FileManager.default.createDirectory(
          atPath: "\(folder)/\(split.rawValue)", withIntermediateDirectories: true)
      }
    }
    try JSONFile.write(report, to: path)
    return false
  }

  private func make(_ scene: Scene, _ source: SceneRecordings) throws {
    let samples = try scene.samples(from: source, settings)
    let partial = "\(folder)/.preparation/\(scene.name.replacing("/", with: "-"))"
    try writeSound(samples, to: partial, sampleRate: settings.sampleRate, as: .flac)
    try writing("\(folder)/\(scene.name)") {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(scene.name)")
      try FileManager.default.moveItem(atPath: partial, toPath: "\(folder)/\(scene.name)")
    }
  }

  private static func labels(of plan: ScenePlan) -> String {
    let rows = plan.scenes.map { scene in
      let names = scene.labels.map { plan.source.vocabulary.labels[$0].name }.joined(separator: ";")
      return "\(scene.name),\(quoted(names)),\(scene.split.rawValue)\n"
    }
    return "path,labels,split\n" + rows.joined()
  }

  /// A field of a CSV file; in quotes where it would be misread without.
  static func quoted(_ field: String) -> String {
    field.contains { ",\"\n\r".contains($0) } ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }

  private func write(_ text: String, to path: String) throws(DatasetError) {
    try writing(path) { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) }
  }
}
