internal import Audio
public import Records
public import Tensors

/// A labelled piece of sound as the networks see it: one `tf.train.SequenceExample` of a shard.
///
/// The context is that of AudioSet's own release - `video_id` bytes, `start_time_seconds` and `end_time_seconds` float,
/// `labels` int64 list - and the feature list that its kind names has one bytes feature a patch.
public struct Clip: Equatable, Sendable {
  /// What a patch is, by the name of the feature list.
  public enum Kind: String, Sendable {
    /// An image of frames and bands.
    case logMel = "log_mel"
    /// What a network makes of one: a vector, as in AudioSet's release.
    case embedding = "audio_embedding"
  }

  /// AudioSet's video id, or the path of the file within its folder.
  public var identifier: String
  /// Where the clip lies in its recording, in seconds.
  public var start: Float
  public var end: Float
  /// Indices into the dataset's vocabulary, ascending.
  public var labels: [Int]
  /// 8-bit values: `[count, frames, bands]` of log-mel, or `[count, size]` of embeddings; `Quantization` tells what they
  /// mean.
  public var patches: [UInt8]
  /// The number of values of one patch.
  public let patchSize: Int
  public let kind: Kind

  /// The number of patches.
  public var count: Int { patches.count / patchSize }

  public init(
    identifier: String, start: Float, end: Float, labels: [Int], patches: [UInt8], patchSize: Int = 96 * 64,
    kind: Kind = .logMel
  ) {
    precondition(patches.count.isMultiple(of: patchSize), "patches have \(patchSize) values each")
    self.identifier = identifier
    self.start = start
    self.end = end
    self.labels = labels
    self.patches = patches
    self.patchSize = patchSize
    self.kind = kind
  }

  /// The clip's patches as a network's input: `[count, frames, bands, 1]` of log-mel, `[count, 1, 1, size]` of embeddings,
  /// or, where the clip is one patch, `[1, vectors, 1, size]`.
  ///
  /// - Parameter quantization: What the bytes mean, where it is not what the dataset says.
  public func input(_ description: DatasetDescription, quantization: Quantization? = nil) -> Tensor {
    var tensor = Tensor(uninitialized: description.inputShape(count, patches: patchSize / description.patchSize))
    var values = tensor.mutableValues
    (quantization ?? description.quantization).write(patches.span, into: &values, from: 0)
    return tensor
  }
}

extension Clip {
  /// Reads the clip of a record.
  ///
  /// - Throws: `ProtobufError`, also where a feature is missing, of another kind, or a patch of another size.
  public init(decoding bytes: [UInt8], patchSize: Int = 96 * 64, kind: Kind = .logMel) throws(ProtobufError) {
    let example = try SequenceExample(decoding: bytes)
    let identifier = try example.text("video_id")
    self.init(
      identifier: identifier, start: try example.float("start_time_seconds"),
      end: try example.float("end_time_seconds"), labels: try Self.labels(in: example.context),
      patches: try example.patches(kind.rawValue, size: patchSize), patchSize: patchSize, kind: kind)
  }

  /// The clip as a record.
  public var encoded: [UInt8] {
    let encoding = ClipEncoding(
      identifier: identifier, start: start, end: end, labels: labels, patches: count, patchSize: patchSize, kind: kind)
    var bytes = encoding.head
    bytes.reserveCapacity(encoding.count)
    for patch in 0..<count { bytes += encoding.patchHead + patches[patch * patchSize..<(patch + 1) * patchSize] }
    return bytes
  }
}

extension Clip {
  static func labels(in context: [String: Feature]) throws(ProtobufError) -> [Int] {
    guard let labels = context["labels"] else { throw .schema("expected a list of labels, there is none") }
    return try Self.labels(in: labels)
  }

  /// Labels as a feature has them; none where it has no values at all, of whatever kind.
  static func labels(in feature: Feature) throws(ProtobufError) -> [Int] {
    guard feature.bytes.isEmpty, feature.floats.isEmpty else {
      throw .schema("expected labels as integers, found \(feature.bytes.isEmpty ? "floats" : "bytes")")
    }
    return feature.integers.map(Int.init)
  }
}

extension SequenceExample {
  /// A text of the context.
  func text(_ name: String) throws(ProtobufError) -> String {
    guard case .bytes(let values)? = context[name], values.count == 1 else {
      throw .schema("expected one bytes value as \(name)")
    }
    guard let text = String(validating: values[0], as: UTF8.self) else { throw .invalidText }
    return text
  }

  /// A number of the context.
  func float(_ name: String) throws(ProtobufError) -> Float {
    guard case .floats(let values)? = context[name], values.count == 1 else {
      throw .schema("expected one float value as \(name)")
    }
    return values[0]
  }

  /// The bytes of a feature list, all of whose features have one value of `size` bytes.
  func patches(_ name: String, size: Int) throws(ProtobufError) -> [UInt8] {
    guard let features = featureLists[name] else { throw .schema("expected the feature list \(name), there is none") }
    var patches: [UInt8] = []
    patches.reserveCapacity(features.count * size)
    for feature in features {
      guard feature.bytes.count == 1, feature.bytes[0].count == size else {
        throw .schema("expected a patch of \(size) bytes, found \(feature.bytes.map(\.count))")
      }
      patches += feature.bytes[0]
    }
    return patches
  }
}
