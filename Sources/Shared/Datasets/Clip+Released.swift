internal import Records

/// No film is longer: eleven days.
private let longestFilmSeconds: Float = 1e6

extension Clip {
  /// Reads a record of AudioSet's embeddings, or of YouTube-8M's frame level: context `id` and `labels`, feature lists
  /// `audio` (128 bytes a second) and `rgb`, which is no sound and left out.
  ///
  /// A clip may have no label, and be of any length but none.
  ///
  /// - Parameter classes: How many labels there are.
  /// - Throws: `ProtobufError`, also where a label is no integer, or none of them.
  init(released bytes: [UInt8], classes: Int) throws(ProtobufError) {
    let example = try SequenceExample(decoding: bytes)
    let size = EmbeddingOrigin.audioSetSize
    let labels = Set(try Self.labels(in: example.context["labels"] ?? .integers([]))).sorted()
    if let unknown = labels.first(where: { !(0..<classes).contains($0) }) {
      throw .schema("expected labels below \(classes), found \(unknown)")
    }
    let isYouTube8M = example.context["id"] != nil
    let name = isYouTube8M ? "audio" : Kind.embedding.rawValue
    let vectors = try example.patches(name, size: size)
    guard !vectors.isEmpty else { throw .schema("expected a vector at least, there is none") }
    let start = isYouTube8M ? 0 : try example.float("start_time_seconds")
    let end = isYouTube8M ? Float(vectors.count / size) : try example.float("end_time_seconds")
    guard 0 <= start, start <= end, end <= longestFilmSeconds else {
      throw .schema("expected times of a film in seconds, found \(start) to \(end)")
    }
    self.init(
      identifier: try example.text(isYouTube8M ? "id" : "video_id"), start: start, end: end,
      labels: labels, patches: vectors, patchSize: size, kind: .embedding)
  }
}
