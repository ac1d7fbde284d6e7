import Foundation
import Telemetry
import Testing

@Suite struct `A run record` {
  struct Line: Codable, Equatable {
    var step: Int
    var text: String
  }

  let path = FileManager.default.temporaryDirectory.appending(path: "record-\(UUID()).jsonl").path

  func lines(_ range: Range<Int>, width: Int = 3) -> [Line] {
    range.map { Line(step: $0, text: String(repeating: "x", count: width)) }
  }

  @Test(arguments: [1, 4090, 9000]) func `gives back what was added, over several openings`(width: Int) throws {
    for start in [0, 5] {
      let record = try RunRecord(appendingTo: path)
      for line in lines(start..<start + 5, width: width) { try record.append(line) }
    }
    #expect(try RunRecord.read(Line.self, at: path) == lines(0..<10, width: width))
    #expect(try RunRecord.last(Line.self, at: path) == lines(9..<10, width: width)[0])
  }

  @Test func `loses nothing but the torn line, wherever a crash cut it`() throws {
    do {
      let record = try RunRecord(appendingTo: path)
      for line in lines(0..<3) { try record.append(line) }
    }
    let whole = try Data(contentsOf: URL(filePath: path))
    let lineLength = whole.count / 3
    for length in 0..<whole.count {
      try whole.prefix(length).write(to: URL(filePath: path))
      let survivors = length / lineLength
      #expect(try RunRecord.read(Line.self, at: path) == lines(0..<survivors))
      #expect(try RunRecord.last(Line.self, at: path) == lines(0..<survivors).last)
      let record = try RunRecord(appendingTo: path)
      try record.append(Line(step: 7, text: "after"))
      #expect(try RunRecord.read(Line.self, at: path) == lines(0..<survivors) + [Line(step: 7, text: "after")])
    }
  }

  @Test func `says in one line what cannot be read`() throws {
    try Data("{\"step\":1}\n".utf8).write(to: URL(filePath: path))
    #expect(throws: RunRecordError.self) { try RunRecord.read(Line.self, at: path) }
    let missing = #expect(throws: RunRecordError.self) { _ = try RunRecord(appendingTo: "/nowhere/metrics.jsonl") }
    #expect(missing.map { $0.description.contains("/nowhere/metrics.jsonl") && !$0.description.contains("\n") } == true)
  }

  @Test func `of no file has no lines`() throws {
    #expect(try RunRecord.read(Line.self, at: path).isEmpty)
    #expect(try RunRecord.last(Line.self, at: path) == nil)
  }
}
