import Datasets
import Foundation
import Records
import Telemetry
import Testing

/// What is in an event file, by another reader than TensorBoard's: of its messages, only the fields that are looked at.
private struct Event {
  var step: UInt64 = 0
  var version: String?
  var starts = false
  var numbers: [String: Float] = [:]
  /// The packed limits and counts.
  var histograms: [String: (limits: [Double], counts: [Double])] = [:]

  init(_ bytes: [UInt8]) throws {
    var reader = ProtobufReader(bytes)
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (2, .number(let number)): step = number
      case (3, .bytes(let text)): version = try text.text()
      case (5, .bytes(var summary)):
        while let (_, item) = try summary.next() { try add(item.nested(in: 1)) }
      case (7, .bytes): starts = true
      default: break
      }
    }
  }

  private mutating func add(_ item: ProtobufReader) throws {
    var item = item
    var tag = ""
    while let (field, value) = try item.next() {
      switch (field, value) {
      case (1, .bytes(let text)): tag = try text.text()
      case (2, .fixed32(let bits)): numbers[tag] = Float(bitPattern: bits)
      case (5, .bytes(var histogram)):
        var packed: [Int: [Double]] = [:]
        while let (field, value) = try histogram.next() {
          guard case .bytes(var list) = value else { continue }
          while !list.isAtEnd { packed[field, default: []].append(Double(bitPattern: try list.fixed(8))) }
        }
        histograms[tag] = (packed[6] ?? [], packed[7] ?? [])
      default: break
      }
    }
  }
}

@Suite struct `A file for TensorBoard` {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)").path

  private func events() throws -> [Event] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(names.count == 1 && names[0].hasPrefix("events.out.tfevents."))
    var reader = try TFRecordReader(path: "\(folder)/\(names[0])")
    var events: [Event] = []
    while let record = try reader.next() { events.append(try Event(record)) }
    return events
  }

  @Test func `begins with its version and its step, and has each value by its tag`() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var histogram = ValueHistogram()
    histogram.add([-1, 0.5, 0.5, 300].span)
    let file = try EventFile(in: folder, from: 70)
    try file.append([("loss", .number(0.25)), ("weights/a", .histogram(histogram))], step: 80, unixSeconds: 5)
    try file.append([("löss", .number(-2))], step: 1 << 40, unixSeconds: 6)
    let events = try events()
    #expect(events.count == 4)
    #expect(events[0].version == "brain.Event:2")
    #expect(events[1].starts && events[1].step == 70)
    #expect(events[2].step == 80 && events[2].numbers == ["loss": 0.25])
    let told = try #require(events[2].histograms["weights/a"])
    #expect(told.limits == histogram.buckets.map(\.limit))
    #expect(told.counts == histogram.buckets.map { Double($0.count) } && told.counts.reduce(0, +) == 4)
    #expect(events[3].step == 1 << 40 && events[3].numbers == ["löss": -2])
  }

  @Test func `that cannot be written is an error`() throws {
    try Data().write(to: URL(filePath: folder))  // a file where a folder is to be
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(throws: RunRecordError.self) { _ = try EventFile(in: folder, from: 0) }
  }
}
