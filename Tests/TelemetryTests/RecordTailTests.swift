import Foundation
import Telemetry
import Testing

@Suite struct `The tail of a record` {
  private struct Line: Codable, Equatable {
    let number: Int
  }

  @Test func `has each line once, however the file grows`() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "tail-\(UUID().uuidString).jsonl")
    defer { try? FileManager.default.removeItem(at: url) }
    let expected = (0..<300).map(Line.init)
    var bytes = Data()
    for line in expected { bytes += try JSONEncoder().encode(line) + Data("\n".utf8) }
    bytes.replaceSubrange(0..<0, with: Data("torn by a crash\n".utf8))

    var tail = RecordTail<Line>(url.path)
    var found: [Line] = []
    try tail.readNew { found.append($0) }
    #expect(found.isEmpty, "there is no file yet")
    try Data().write(to: url)
    let file = try FileHandle(forWritingTo: url)
    var rest = bytes[...]
    for length in [1, 40, 3, 1000, 0, 7, bytes.count] {
      try file.write(contentsOf: rest.prefix(length))
      rest = rest.dropFirst(length)
      try tail.readNew { found.append($0) }
      #expect(found == Array(expected.prefix(found.count)))
    }
    #expect(found == expected)
  }
}
