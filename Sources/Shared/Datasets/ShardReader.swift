internal import Records

/// The clips of one shard, one after the other.
public struct ShardReader: ~Copyable {
  /// More bytes than anybody's context has: what a clip is called, and its labels.
  private static let longestContext = 16 << 10

  private var records: TFRecordReader
  private let classes: Int
  private let expectedClips: Int?
  private var clips = 0
  private let patchSize: Int
  private let kind: Clip.Kind
  private let unit: ExampleUnit

  /// - Parameters:
  ///   - description: The dataset to which the shard belongs; its sizes are demanded of every clip.
  ///   - unit: Whether each clip is as it is, or, to be shown as a whole, one of a single patch.
  ///   - expectedClips: How many clips there must be, where it is known: a file cut between two records looks whole.
  ///   - offset: Where the record of the first clip to read begins.
  public init(
    path: String, description: DatasetDescription, by unit: ExampleUnit = .patch, expectedClips: Int? = nil,
    from offset: Int = 0
  ) throws(DatasetError) {
    records = try TFRecordReader(path: path, from: offset)
    classes = description.classes
    patchSize = description.patchSize
    kind = description.kind
    self.unit = unit
    self.expectedClips = expectedClips
  }

  /// The next clip, or nothing at the shard's end.
  ///
  /// - Throws: `DatasetError.damaged` with the record's offset where its bytes or their meaning are wrong.
  public mutating func next() throws(DatasetError) -> Clip? {
    let offset = records.offset
    guard let record = try records.next() else { return try end(at: offset) }
    clips += 1
    let (patchSize, kind) = (patchSize, kind)
    let clip = try decode(at: offset) { () throws(ProtobufError) in
      try Clip(decoding: record, patchSize: patchSize, kind: kind)
    }
    try check(clip.labels, at: offset)
    return unit == .clip ? clip.whole : clip
  }

  /// All clips that are left.
  public mutating func remaining() throws(DatasetError) -> [Clip] {
    var clips: [Clip] = []
    while let clip = try next() { clips.append(clip) }
    return clips
  }

  /// Passes over the next clip, or finds the shard's end. Only the beginning of its record is read, and what is longer than
  /// any context has patches: that they are whole is for `next` to say.
  ///
  /// - Returns: Where its record begins, its labels, and whether it has patches at all.
  mutating func skip() throws(DatasetError) -> (offset: Int, labels: [Int], hasPatches: Bool)? {
    let offset = records.offset
    guard let (head, length) = try records.skip(reading: Self.longestContext) else { return try end(at: offset) }
    clips += 1
    let (patchSize, kind) = (patchSize, kind)
    let (labels, hasPatches) = try decode(at: offset) { () throws(ProtobufError) -> ([Int], Bool) in
      let labels = try Clip.labels(in: SequenceExample.context(atHead: head))
      guard head.count == length else { return (labels, true) }
      return (labels, try Clip(decoding: head, patchSize: patchSize, kind: kind).count > 0)
    }
    try check(labels, at: offset)
    return (offset, labels, hasPatches)
  }

  /// Nothing: the shard may end here.
  private func end<Found>(at offset: Int) throws(DatasetError) -> Found? {
    guard clips == expectedClips ?? clips else {
      throw damaged(at: offset, "expected \(expectedClips ?? 0) clips, the file ends after \(clips)")
    }
    return nil
  }

  private func check(_ labels: [Int], at offset: Int) throws(DatasetError) {
    guard let unknown = labels.first(where: { !(0..<classes).contains($0) }) else { return }
    throw damaged(at: offset, "expected labels below \(classes), found \(unknown)")
  }

  private func decode<Found>(
    at offset: Int, _ body: () throws(ProtobufError) -> Found
  ) throws(DatasetError) -> Found {
    do { return try body() } catch { throw damaged(at: offset, error.description) }
  }

  private func damaged(at offset: Int, _ reason: String) -> DatasetError {
    .damaged(path: records.path, offset: offset, reason: reason)
  }
}
