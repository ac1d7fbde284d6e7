internal import Foundation

/// AudioSet's segments: `YTID, start_seconds, end_seconds, "id,id"`, and files that are named `YTID` or `YTID_START`.
extension SoundList {
  private static let evaluationName = "eval_segments.csv"

  mutating func addSegments(of lists: [CSVFile], from files: [String]) throws(DatasetError) {
    let filesOfStem = Dictionary(grouping: files) { URL(filePath: $0).deletingPathExtension().lastPathComponent }
    var rowOfFile: [String: CSVFile.Row] = [:]
    for list in lists {
      let isEvaluation = URL(filePath: list.path).lastPathComponent == Self.evaluationName
      for row in list.rows {
        let segment = try Segment(row)
        let labels = try indices(of: segment.labels, orElse: row.invalid)
        let found = segment.stems.flatMap { filesOfStem[$0] ?? [] }
        guard found.count < 2 else {
          throw row.invalid("expected one file for \(segment.video), found \(found.joined(separator: " and "))")
        }
        let name = found.first ?? "\(segment.stems[0])"
        if let earlier = rowOfFile.updateValue(row, forKey: name) {
          let file = earlier.path == row.path ? "" : "\(earlier.path), "
          throw row.invalid("\(name) was listed in \(file)row \(earlier.number) already")
        }
        add(
          ListedSound(
            identifier: segment.video, name: name, labels: labels, split: isEvaluation ? .evaluation : nil,
            segment: segment.start...segment.end, bytes: 0))
      }
    }
  }
}

extension CSVFile {
  /// Whether the file is a list of AudioSet's segments: its comment names the columns, or its first row looks so.
  var listsSegments: Bool {
    if comments.contains(where: { $0.hasPrefix("YTID") }) { return true }
    guard let fields = rows.first?.fields, fields.count == 4 else { return false }
    return Float(fields[1]) != nil && Float(fields[2]) != nil
  }
}

/// One row of a segment file.
private struct Segment {
  let video: String
  let start: Float
  let end: Float
  let labels: [String]

  init(_ row: CSVFile.Row) throws(DatasetError) {
    let fields = row.fields
    guard fields.count == 4, !fields[0].isEmpty, let start = Float(fields[1]), let end = Float(fields[2]) else {
      throw row.invalid("expected YTID, start_seconds, end_seconds, \"labels\", found \(fields)")
    }
    guard start >= 0, start < end, end < 1e6 else {
      throw row.invalid("expected a start before the end, found \(start) and \(end)")
    }
    labels = fields[3].split(separator: ",").map { $0.trimmed }.filter { !$0.isEmpty }
    guard !labels.isEmpty else { throw row.invalid("expected the ids of labels, there is none") }
    (video, self.start, self.end) = (fields[0], start, end)
  }

  /// The names that a downloaded clip has without its extension: alone, or with the start (and the end) in seconds or
  /// milliseconds.
  var stems: [String] {
    let times: [(Float) -> String] = [
      { String(format: "%.3f", Double($0)) }, { String(Int(($0 * 1000).rounded())) },
      { String(format: "%.1f", Double($0)) }, { String(Int($0)) },
    ]
    let starts = times.map { "_\($0(start))" }
    let ranges = times.map { "_\($0(start))_\($0(end))" }
    return [video] + Set(starts + ranges).sorted().map { video + $0 }
  }
}
