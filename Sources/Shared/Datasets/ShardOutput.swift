internal import Foundation

/// What is known about a finished shard.
struct ShardRecord: Codable {
  var bytes = 0
  var clips = 0
  var patches = 0
  var seconds = 0.0
  /// Clips without a label.
  var unlabelled = 0
  /// Clips of fewer than ten patches, as long as AudioSet's are.
  var short = 0
  var clipsPerLabel: [Int]
  var skipped: [SkippedSound] = []

  init(classes: Int) { clipsPerLabel = Array(repeating: 0, count: classes) }
}

/// A shard that is being written, and what is known about it.
public struct ShardOutput: ~Copyable {
  /// Where it is while it is not whole.
  let path: String
  private let writer: TFRecordWriter
  private(set) var record: ShardRecord

  init(path: String, classes: Int) throws(DatasetError) {
    writer = try TFRecordWriter(path: path)
    self.path = path
    record = ShardRecord(classes: classes)
  }

  public mutating func append(_ clip: Clip) throws {
    let bytes = try writer.append(clip.encoded)
    count(clip.labels, patches: clip.count, seconds: Double(clip.end - clip.start), bytes: bytes)
  }

  /// Appends a clip whose patches are on the disk, and empties their spool.
  mutating func append(
    _ sound: ListedSound, seconds: Double, _ spool: inout PatchSpool, of description: DatasetDescription
  ) throws {
    let segment = sound.segment ?? 0...Float(seconds)
    let patches = spool.count
    let encoding = ClipEncoding(
      identifier: sound.identifier, start: segment.lowerBound, end: segment.upperBound, labels: sound.labels,
      patches: patches, patchSize: description.patchSize, kind: description.kind)
    let bytes = try writer.append(count: encoding.count) { write in
      try write(encoding.head)
      try spool.drain { try write(encoding.patchHead + $0) }
    }
    count(sound.labels, patches: patches, seconds: seconds, bytes: bytes)
  }

  /// Notes what is left out.
  mutating func skip(_ sound: SkippedSound) { record.skipped.append(sound) }

  private mutating func count(_ labels: [Int], patches: Int, seconds: Double, bytes: Int) {
    record.bytes += bytes
    record.clips += 1
    record.patches += patches
    record.seconds += seconds
    if labels.isEmpty { record.unlabelled += 1 }
    if patches < 10 { record.short += 1 }
    for label in labels { record.clipsPerLabel[label] += 1 }
  }

  /// Brings everything to the disk.
  consuming func finish() throws(DatasetError) -> ShardRecord {
    let record = record
    try writer.finish()
    return record
  }
}
