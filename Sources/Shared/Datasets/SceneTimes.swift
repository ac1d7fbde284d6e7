internal import Foundation

/// When each sound of a folder's scenes is heard (`events.csv`): what scenes know, and weak labels do not tell.
public struct SceneTimes: Equatable, Sendable {
  public static let fileName = "events.csv"

  /// One sound, from one time of its scene to another.
  public struct Event: Equatable, Sendable {
    public let label: String
    /// In seconds from the beginning of the scene.
    public let times: Range<Double>

    public init(label: String, times: Range<Double>) {
      self.label = label
      self.times = times
    }
  }

  /// By the scene's path within the folder; in the order of the file.
  public private(set) var events: [String: [Event]] = [:]

  /// Reads the file of a folder of scenes: rows of `path,label,begin_seconds,end_seconds`.
  ///
  /// - Throws: `DatasetError` that names the row in which something else stands.
  public init(of folder: String) throws(DatasetError) {
    for row in try CSVFile(path: "\(folder)/\(Self.fileName)").rows.dropFirst() {
      guard row.fields.count == 4, let begin = Double(row.fields[2]), let end = Double(row.fields[3]), begin < end
      else {
        throw row.invalid("expected path,label,begin_seconds,end_seconds, found '\(row.fields.joined(separator: ","))'")
      }
      events[row.fields[0], default: []].append(Event(label: row.fields[1], times: begin..<end))
    }
  }

  /// The file's text for scenes that are planned.
  static func text(of plan: ScenePlan) -> String {
    let rate = Double(plan.settings.sampleRate)
    let rows = plan.scenes.flatMap { scene in
      scene.events.flatMap { event in
        event.onsets.flatMap { onset in
          plan.source.recordings[event.recording].labels.map { label in
            let times = [onset, onset + event.piece.count].map { String(format: "%.3f", Double($0) / rate) }
            let name = SceneComposition.quoted(plan.source.vocabulary.labels[label].name)
            return "\(scene.name),\(name),\(times[0]),\(times[1])\n"
          }
        }
      }
    }
    return "path,label,begin_seconds,end_seconds\n" + rows.joined()
  }
}
