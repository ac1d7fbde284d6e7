import Datasets
import Foundation
import Records
import Testing

@Suite struct `A clip` {
  private let clip = smallClip("Ünïcode/clip 1.wav", labels: [0, 127, 128, 526], patches: 3)

  @Test(arguments: [0, 1, 3, 40]) func `has the bytes of a SequenceExample with its features`(patches: Int) {
    let clip = smallClip("a clip", labels: [0, 300], patches: patches)
    let features = (0..<patches).map { Feature.bytes([Array(clip.patches[$0 * 8..<($0 + 1) * 8])]) }
    let example = SequenceExample(
      context: [
        "video_id": .bytes([Array("a clip".utf8)]), "labels": .integers([0, 300]), "start_time_seconds": .floats([1.5]),
        "end_time_seconds": .floats([3.25]),
      ], featureLists: ["log_mel": features])
    #expect(clip.encoded == example.encoded)
  }

  @Test func `survives a round trip`() throws {
    #expect(try Clip(decoding: clip.encoded, patchSize: 8) == clip)
    let silent = smallClip("no labels, no patches", labels: [], patches: 0)
    #expect(try Clip(decoding: silent.encoded, patchSize: 8) == silent)
  }

  @Test func `cannot be cut anywhere`() {
    let bytes = clip.encoded
    for length in bytes.indices {
      #expect(throws: ProtobufError.self) { try Clip(decoding: Array(bytes[..<length]), patchSize: 8) }
    }
  }

  @Test func `with any byte changed is an error or another clip, never a crash`() {
    let bytes = clip.encoded
    for index in bytes.indices {
      for change in 1...255 {
        var changed = bytes
        changed[index] ^= UInt8(change)
        if let other = try? Clip(decoding: changed, patchSize: 8) { #expect(other != clip) }
      }
    }
  }

  @Test func `has patches of one size`() {
    let error = message { _ = try Clip(decoding: clip.encoded, patchSize: 9) }
    #expect(error == "expected a patch of 9 bytes, found [8]")
  }
}

@Suite struct `TensorFlow's own record` {
  private func record() throws -> [UInt8] {
    let url = try #require(Bundle.module.url(forResource: "Fixtures/tensorflow-clip", withExtension: "tfrecord"))
    var reader = try TFRecordReader(path: url.path)
    let record = try reader.next()
    #expect(try reader.next() == nil)
    return try #require(record)
  }

  private let expected = Clip(
    identifier: "-0RWZT-miFs", start: 420, end: 430, labels: [300, 7, 526],
    patches: (0..<96 * 64).map { UInt8($0 * 7 % 251) })

  @Test func `is read`() throws {
    #expect(try Clip(decoding: record()) == expected)
  }

  @Test func `says the same as ours`() throws {
    #expect(try SequenceExample(decoding: record()) == SequenceExample(decoding: expected.encoded))
    #expect(try record().count == expected.encoded.count)
  }

  @Test func `cannot be cut anywhere`() throws {
    let bytes = try record()
    for length in stride(from: 0, to: bytes.count, by: 1) where length < 300 || length % 97 == 0 {
      #expect(throws: ProtobufError.self) { try Clip(decoding: Array(bytes[..<length])) }
    }
  }
}

@Suite struct `An example` {
  @Test func `survives a round trip`() throws {
    let example = Example(features: [
      "id": .bytes([[1, 2], []]), "mean": .floats([-1.5, .infinity, 0]), "labels": .integers([-1, .max, .min, 0]),
      "nothing": .bytes([]),
    ])
    #expect(try Example(decoding: example.encoded) == example)
  }

  @Test func `may have its numbers one by one, as older writers put them`() throws {
    let labels: [UInt8] = [0x1a, 6, 0x08, 5, 0x08, 0xac, 0x02, 0x10]  // int64_list { 5, 300 }, cut short by a byte
    #expect(throws: ProtobufError.self) { try Example(decoding: example(labels)) }
    let whole: [UInt8] = [0x1a, 5, 0x08, 5, 0x08, 0xac, 0x02]
    #expect(try Example(decoding: example(whole)).features == ["labels": .integers([5, 300])])
    let floats: [UInt8] = [0x12, 10, 0x0d, 0, 0, 0x80, 0x3f, 0x0d, 0, 0, 0, 0xc0]
    #expect(try Example(decoding: example(floats)).features == ["labels": .floats([1, -2])])
  }

  @Test func `may have fields that nobody knows`() throws {
    let unknown: [UInt8] = [0x78, 1, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7a, 2, 1, 1, 0x7d, 1, 2, 3, 4]
    let whole: [UInt8] = [0x1a, 2, 0x08, 5]
    #expect(try Example(decoding: unknown + example(whole)).features == ["labels": .integers([5])])
  }

  @Test(
    arguments: [
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],  // a field of 2^64 - 1 bytes
      [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02],  // a number of 65 bits
      [0x08, 0x01],  // features that are a number
      [0x0b], [0x0c], [0x0e], [0x0f],  // groups and wire types that are not in use
      [0x02, 0x00],  // field 0
    ] as [[UInt8]])
  func `is not believed`(bytes: [UInt8]) {
    #expect(throws: ProtobufError.self) { try Example(decoding: bytes) }
  }

  /// An example whose one feature, `labels`, has these fields.
  private func example(_ feature: [UInt8]) -> [UInt8] {
    let entry = [0x0a, 6] + Array("labels".utf8) + [0x12, UInt8(feature.count)] + feature
    let map = [0x0a, UInt8(entry.count)] + entry
    return [0x0a, UInt8(map.count)] + map
  }
}
