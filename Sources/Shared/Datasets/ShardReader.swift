internal import Records

/// The clips of one shard, one after the other.
public struct ShardReader: ~Copyable {
  private var records: TFRecordReader
  private let classes: Int
  private let expectedClips: Int?
  private var clips = 0
  private let patchSize: Int
  private let kind: Clip.Kind

  /// - Parameters:
  ///   - description: The dataset to which the shard belongs; its sizes are demanded of every clip.
  ///   - expectedClips: How many clips there must be, where it is known: a file cut between two records looks whole.
  public init(path: String, description: DatasetDescription, expectedClips: Int? = nil) throws(DatasetError) {
    records = try TFRecordReader(path: path)
    classes = description.classes
    patchSize = description.patchSize
    kind = description.kind
    self.expectedClips = expectedClips
  }

  /// The next clip, or nothing at the shard's end.
  ///
  /// - Throws: `DatasetError.damaged` with the record's offset where its bytes or their meaning are wrong.
  public mutating func next() throws(DatasetError) -> Clip? {
    let offset = records.offset
    guard let record = try records.next() else {
      guard clips == expectedClips ?? clips else {
        throw .damaged(
          path: records.path, offset: offset,
          reason: "expected \(expectedClips ?? 0) clips, the file ends after \(clips)")
      }
      return nil
    }
    clips += 1
    let clip: Clip
    do {
      clip = try Clip(decoding: record, patchSize: patchSize, kind: kind)
    } catch {
      throw .damaged(path: records.path, offset: offset, reason: error.description)
    }
    guard let unknown = clip.labels.first(where: { !(0..<classes).contains($0) }) else { return clip }
    throw .damaged(
      path: records.path, offset: offset, reason: "expected labels below \(classes), found \(unknown)")
  }

  /// All clips that are left.
  public mutating func remaining() throws(DatasetError) -> [Clip] {
    var clips: [Clip] = []
    while let clip = try next() { clips.append(clip) }
    return clips
  }
}
