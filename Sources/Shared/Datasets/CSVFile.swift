internal import Foundation

/// The rows of a CSV file by RFC 4180, strictly: a quote that is never closed, or text after a closing quote, is an
/// error that names the row. As AudioSet's files have them, lines that begin with `#` are comments, and spaces may
/// stand before a field. Empty lines are skipped.
struct CSVFile {
  struct Row {
    let path: String
    /// The line of the file in which the row begins, from 1.
    let number: Int
    let fields: [String]

    func invalid(_ reason: String) -> DatasetError { .invalidRow(path: path, row: number, reason: reason) }
  }

  let path: String
  private(set) var rows: [Row] = []
  /// The comment lines without their `#`.
  private(set) var comments: [String] = []

  init(path: String) throws(DatasetError) {
    let data = try reading(path) { try Data(contentsOf: URL(filePath: path)) }
    guard String(validating: data, as: UTF8.self) != nil else {
      throw .invalid(path: path, reason: "expected UTF-8 text, found other bytes")
    }
    self.path = path
    var parser = CSVParser(path: path, bytes: [UInt8](data))
    try parser.parse(into: &self)
  }

  fileprivate mutating func add(_ row: Row) { rows.append(row) }
  fileprivate mutating func add(comment: String) { comments.append(comment) }
}

/// One pass over the bytes of a CSV file.
private struct CSVParser {
  let path: String
  let bytes: [UInt8]
  var position = 0
  var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let space = UInt8(ascii: " ")

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    if bytes.starts(with: [0xef, 0xbb, 0xbf]) { position = 3 }  // the mark that some editors put before UTF-8
  }

  mutating func parse(into file: inout CSVFile) throws(DatasetError) {
    while position < bytes.count {
      if isAtLineEnd {
        skipLineEnd()
      } else if bytes[position] == UInt8(ascii: "#") {
        position += 1
        file.add(comment: plainText { $0.isAtLineEnd }.trimmingCharacters(in: .whitespaces))
      } else {
        file.add(try row())
      }
    }
  }

  private var isAtLineEnd: Bool {
    position == bytes.count || bytes[position] == 0x0a
      || bytes[position] == 0x0d && (position + 1 == bytes.count || bytes[position + 1] == 0x0a)
  }

  private mutating func skipLineEnd() {
    while position < bytes.count, bytes[position] != 0x0a { position += 1 }
    position += 1
    line += 1
  }

  private mutating func row() throws(DatasetError) -> CSVFile.Row {
    let number = line
    var fields = [try field(row: number)]
    while !isAtLineEnd {
      position += 1  // the comma
      fields.append(try field(row: number))
    }
    return CSVFile.Row(path: path, number: number, fields: fields)
  }

  private mutating func field(row: Int) throws(DatasetError) -> String {
    while !isAtLineEnd, bytes[position] == Self.space { position += 1 }
    guard !isAtLineEnd, bytes[position] == Self.quote else {
      let text = plainText { $0.isAtLineEnd || $0.bytes[$0.position] == Self.comma }
      guard !text.contains("\"") else {
        throw .invalidRow(path: path, row: row, reason: "a quote stands inside a field that does not begin with one")
      }
      return text.trimmingCharacters(in: .whitespaces)
    }
    return try quotedText(row: row)
  }

  private mutating func plainText(until isEnd: (CSVParser) -> Bool) -> String {
    let start = position
    while !isEnd(self) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  /// The text between quotes, in which two quotes stand for one.
  private mutating func quotedText(row: Int) throws(DatasetError) -> String {
    var text: [UInt8] = []
    position += 1
    while true {
      guard position < bytes.count else {
        throw .invalidRow(path: path, row: row, reason: "a quote is opened and never closed")
      }
      let byte = bytes[position]
      position += 1
      if byte == 0x0a { line += 1 }
      if byte != Self.quote {
        text.append(byte)
      } else if position < bytes.count, bytes[position] == Self.quote {
        text.append(Self.quote)
        position += 1
      } else {
        break
      }
    }
    while !isAtLineEnd, bytes[position] == Self.space { position += 1 }
    guard isAtLineEnd || bytes[position] == Self.comma else {
      throw .invalidRow(path: path, row: row, reason: "expected a comma after the closing quote")
    }
    return String(decoding: text, as: UTF8.self)
  }
}
