internal import Foundation

/// Plain CSV: `path,label;label` and, where wanted, `split`.
extension SoundList {
  private static let headers: Set<String> = ["path", "file", "filename", "fname"]

  mutating func addRows(of file: CSVFile, hasVocabulary: Bool) throws(DatasetError) {
    var rows = file.rows[...]
    // The first row, header or not, tells whether there is a column for the split.
    let columns = rows.first.map(Self.columns) ?? 2
    if let first = rows.first, Self.headers.contains(first.fields[0].lowercased()) {
      guard first.fields.count < 3 || first.fields[2].lowercased() == "split", first.fields.count <= 3 else {
        throw first.invalid(
          "expected the columns path, labels and split, found \(first.fields.joined(separator: ", "))")
      }
      rows.removeFirst()
    }
    var parsed: [(row: CSVFile.Row, labels: [String], split: Split?)] = []
    for row in rows { parsed.append((row, try Self.labels(of: row, columns: columns), Self.split(of: row))) }
    if !hasVocabulary { vocabulary = Vocabulary(names: parsed.flatMap(\.labels)) }
    var rowOfFile: [String: Int] = [:]
    for (row, labels, split) in parsed {
      let name = row.fields[0]
      let path = URL(filePath: Self.path(of: name, in: folder)).standardizedFileURL.path
      if let earlier = rowOfFile.updateValue(row.number, forKey: path) {
        throw row.invalid("\(name) was listed in row \(earlier) already")
      }
      let indices = try indices(of: labels, orElse: row.invalid)
      add(ListedSound(identifier: name, name: name, labels: indices, split: split, bytes: 0))
    }
  }

  private static func columns(of row: CSVFile.Row) -> Int {
    guard row.fields.count == 3 else { return 2 }
    let third = row.fields[2].lowercased()
    return third.isEmpty || third == "split" || Split(rawValue: third) != nil ? 3 : 2
  }

  private static func labels(of row: CSVFile.Row, columns: Int) throws(DatasetError) -> [String] {
    let fields = row.fields
    guard fields.count >= columns else {
      throw row.invalid("expected \(columns == 2 ? "path,label;label" : "path,label;label,split"), found \(fields)")
    }
    guard fields.count == columns, columns == 2 || fields[2].isEmpty || Split(rawValue: fields[2]) != nil else {
      let label = fields[1...].joined(separator: ", ")
      throw row.invalid(
        "expected \(columns) columns (split is train, validation or evaluation), found \(fields.count); "
          + "a label with a comma is written in quotes: \"\(label)\"")
    }
    let labels = fields[1].split(separator: ";").map { $0.trimmed }.filter { !$0.isEmpty }
    guard !labels.isEmpty, !fields[0].isEmpty else { throw row.invalid("expected a path and a label, found \(fields)") }
    return labels
  }

  private static func split(of row: CSVFile.Row) -> Split? {
    row.fields.count == 3 ? Split(rawValue: row.fields[2]) : nil
  }
}

extension Substring {
  /// Without spaces at both ends.
  var trimmed: String {
    var text = self
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
