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

  func all() throws -> [Line] { try RunRecord.read(Line.self, at: path) { Issue.record($0) } }

  @Test(arguments: [1, 4090, 9000]) func `gives back what was added, over several openings`(width: Int) throws {
    for start in [0, 5] {
      let record = try RunRecord(appendingTo: path)
      for line in lines(start..<start + 5, width: width) { try record.append(line) }
    }
    #expect(try all() == lines(0..<10, width: width))
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
      #expect(try all() == lines(0..<survivors))
      #expect(try RunRecord.last(Line.self, at: path) == lines(0..<survivors).last)
      let record = try RunRecord(appendingTo: path)
      try record.append(Line(step: 7, text: "after"))
      #expect(try all() == lines(0..<survivors) + [Line(step: 7, text: "after")])
    }
  }

  /// The garbage is longer than what is read at once.
  @Test(arguments: ["garbage", "{\"step\":1}", String(repeating: "x", count: 9000)])
  func `is read without a line that is none of its objects, wherever that is`(garbage: String) throws {
    for place in 0...3 {
      var text = try lines(0..<3).map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
      text.insert(garbage, at: place)
      try Data((text.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: path))
      var faults: [String] = []
      #expect(try RunRecord.read(Line.self, at: path) { faults.append($0.description) } == lines(0..<3))
      #expect(faults.count == 1 && faults[0].hasPrefix("\(path), line \(place + 1): expected "), "\(faults)")
      #expect(try RunRecord.last(Line.self, at: path) == lines(2..<3)[0])
    }
  }

  @Test func `of nothing but other lines has no last one, and says so`() throws {
    try Data("garbage\nmore\n".utf8).write(to: URL(filePath: path))
    #expect(throws: RunRecordError.self) { try RunRecord.last(Line.self, at: path) }
  }

  @Test func `says in one line what cannot be written`() throws {
    let missing = #expect(throws: RunRecordError.self) { _ = try RunRecord(appendingTo: "/nowhere/metrics.jsonl") }
    #expect(missing.map { $0.description.contains("/nowhere/metrics.jsonl") && !$0.description.contains("\n") } == true)
  }

  @Test func `of no file has no lines`() throws {
    #expect(try all().isEmpty)
    #expect(try RunRecord.last(Line.self, at: path) == nil)
  }
}
