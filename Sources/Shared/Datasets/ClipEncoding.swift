internal import Records

/// The bytes of a clip's record in parts, so that a long clip need not be in memory at once: a head, and then for each
/// patch the same few bytes and its values.
struct ClipEncoding {
  /// All that comes before the first patch.
  let head: [UInt8]
  /// What comes before the values of each patch.
  let patchHead: [UInt8]
  /// The bytes of the whole record.
  let count: Int

  /// - Parameters:
  ///   - patches: The number of patches.
  ///   - patchSize: The number of values, and of bytes, of each.
  init(
    identifier: String, start: Float, end: Float, labels: [Int], patches: Int, patchSize: Int, kind: Clip.Kind
  ) {
    let context = SequenceExample(
      context: [
        "video_id": .bytes([Array(identifier.utf8)]),
        "labels": .integers(labels.map(Int64.init)),
        "start_time_seconds": .floats([start]),
        "end_time_seconds": .floats([end]),
      ], featureLists: [:])
    // feature_lists { feature_list { key value { feature { bytes_list { value } } … } } }: lengths from the inside out.
    let value = Self.head(1, patchSize)
    let bytesList = Self.head(1, value.count + patchSize)
    patchHead = Self.head(1, bytesList.count + value.count + patchSize) + bytesList + value
    let features = patches * (patchHead.count + patchSize)
    var entry = ProtobufWriter()
    entry.field(1, kind.rawValue.utf8)
    let entryHead = entry.bytes + Self.head(2, features)
    let listHead = Self.head(1, entryHead.count + features)
    head =
      context.encodedContext + Self.head(2, listHead.count + entryHead.count + features) + listHead + entryHead
    count = head.count + features
  }

  /// The tag of a field of so many bytes, and their number.
  private static func head(_ field: Int, _ count: Int) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.head(field, count: count)
    return writer.bytes
  }
}
