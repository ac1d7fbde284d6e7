internal import Audio
public import Records
public import Tensors

/// A labelled piece of sound as the networks see it: one `tf.train.SequenceExample` of a shard.
///
/// The context is that of AudioSet's own release - `video_id` bytes, `start_time_seconds` and `end_time_seconds` float,
/// `labels` int64 list - and the feature list `log_mel` has one bytes feature a patch.
public struct Clip: Equatable, Sendable {
  /// AudioSet's video id, or the path of the file within its folder.
  public var identifier: String
  /// Where the clip lies in its recording, in seconds.
  public var start: Float
  public var end: Float
  /// Indices into the dataset's vocabulary, ascending.
  public var labels: [Int]
  /// 8-bit log-mel values, `[count, frames, bands]`; `Quantization` tells what they mean.
  public var patches: [UInt8]
  /// The number of values of one patch.
  public let patchSize: Int

  /// The number of patches.
  public var count: Int { patches.count / patchSize }

  public init(
    identifier: String, start: Float, end: Float, labels: [Int], patches: [UInt8], patchSize: Int = 96 * 64
  ) {
    precondition(patches.count.isMultiple(of: patchSize), "patches have \(patchSize) values each")
    self.identifier = identifier
    self.start = start
    self.end = end
    self.labels = labels
    self.patches = patches
    self.patchSize = patchSize
  }

  /// The clip's patches as a network's input, `[count, frames, bands, 1]`.
  public func input(_ description: DatasetDescription) -> Tensor {
    let settings = description.frontEnd
    var tensor = Tensor(uninitialized: [count, settings.framesPerPatch, settings.bands, 1])
    var values = tensor.mutableValues
    description.quantization.write(patches.span, into: &values, from: 0)
    return tensor
  }
}

extension Clip {
  /// Reads the clip of a record.
  ///
  /// - Throws: `ProtobufError`, also where a feature is missing, of another kind, or a patch of another size.
  public init(decoding bytes: [UInt8], patchSize: Int = 96 * 64) throws(ProtobufError) {
    let example = try SequenceExample(decoding: bytes)
    guard case .bytes(let names)? = example.context["video_id"], names.count == 1 else {
      throw .schema("expected one bytes value as video_id")
    }
    guard let identifier = String(validating: names[0], as: UTF8.self) else { throw .invalidText }
    guard let features = example.featureLists["log_mel"] else {
      throw .schema("expected the feature list log_mel, there is none")
    }
    var patches: [UInt8] = []
    patches.reserveCapacity(features.count * patchSize)
    for feature in features {
      guard feature.bytes.count == 1, feature.bytes[0].count == patchSize else {
        throw .schema("expected a patch of \(patchSize) bytes, found \(feature.bytes.map(\.count))")
      }
      patches += feature.bytes[0]
    }
    self.init(
      identifier: identifier, start: try Self.seconds("start_time_seconds", in: example),
      end: try Self.seconds("end_time_seconds", in: example), labels: try Self.labels(in: example.context),
      patches: patches, patchSize: patchSize)
  }

  /// The clip as a record.
  public var encoded: [UInt8] {
    let encoding = ClipEncoding(
      identifier: identifier, start: start, end: end, labels: labels, patches: count, patchSize: patchSize)
    var bytes = encoding.head
    bytes.reserveCapacity(encoding.count)
    for patch in 0..<count { bytes += encoding.patchHead + patches[patch * patchSize..<(patch + 1) * patchSize] }
    return bytes
  }

  static func labels(in context: [String: Feature]) throws(ProtobufError) -> [Int] {
    guard let labels = context["labels"] else { throw .schema("expected a list of labels, there is none") }
    return labels.integers.map(Int.init)
  }

  private static func seconds(_ name: String, in example: SequenceExample) throws(ProtobufError) -> Float {
    guard case .floats(let values)? = example.context[name], values.count == 1 else {
      throw .schema("expected one float value as \(name)")
    }
    return values[0]
  }
}
