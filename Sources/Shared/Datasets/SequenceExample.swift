public import Records

/// Features that hold for a whole example and lists of features over time (`tf.train.SequenceExample`,
/// tensorflow/core/example/example.proto): `context` 1, `feature_lists` 2, each a message whose field 1 is a map of
/// names (1) to values (2).
public struct SequenceExample: Equatable, Sendable {
  public var context: [String: Feature]
  public var featureLists: [String: [Feature]]

  public init(context: [String: Feature], featureLists: [String: [Feature]]) {
    self.context = context
    self.featureLists = featureLists
  }

  /// Reads a serialized message; unknown fields are skipped, as protocol buffers demand.
  public init(decoding bytes: [UInt8]) throws(ProtobufError) {
    self.init(context: [:], featureLists: [:])
    var reader = ProtobufReader(bytes)
    while let (field, value) = try reader.next() {
      switch field {
      case 1:
        for (name, feature) in try value.nested(in: 1).entries() { context[name] = try Feature(feature) }
      case 2:
        for (name, list) in try value.nested(in: 2).entries() { featureLists[name] = try features(in: list) }
      default: continue
      }
    }
  }

  /// The context of a message of which only the beginning is there: it comes first.
  static func context(atHead bytes: [UInt8]) throws(ProtobufError) -> [String: Feature] {
    var reader = ProtobufReader(bytes)
    guard let (field, value) = try reader.next(), field == 1 else { throw .schema("expected the context first") }
    var context: [String: Feature] = [:]
    for (name, feature) in try value.nested(in: 1).entries() { context[name] = try Feature(feature) }
    return context
  }

  /// The serialized message; maps are in the order of their names, so that equal examples have equal bytes.
  public var encoded: [UInt8] {
    var writer = ProtobufWriter()
    writer.message(2) {
      $0.map(featureLists) { writer, features in
        for feature in features { writer.message(1) { feature.write(to: &$0) } }
      }
    }
    return encodedContext + writer.bytes
  }

  /// The serialized message's first field.
  var encodedContext: [UInt8] {
    var writer = ProtobufWriter()
    writer.message(1) { $0.map(context) { $1.write(to: &$0) } }
    return writer.bytes
  }
}

/// Features by name (`tf.train.Example`): `features` 1, a message whose field 1 is the map.
public struct Example: Equatable, Sendable {
  public var features: [String: Feature]

  public init(features: [String: Feature]) {
    self.features = features
  }

  /// Reads a serialized message; unknown fields are skipped.
  public init(decoding bytes: [UInt8]) throws(ProtobufError) {
    features = [:]
    var reader = ProtobufReader(bytes)
    while let (field, value) = try reader.next() {
      guard field == 1 else { continue }
      for (name, feature) in try value.nested(in: 1).entries() { features[name] = try Feature(feature) }
    }
  }

  /// The serialized message, in the order of the names.
  public var encoded: [UInt8] {
    var writer = ProtobufWriter()
    writer.message(1) { $0.map(features) { $1.write(to: &$0) } }
    return writer.bytes
  }
}

private func features(in list: ProtobufReader) throws(ProtobufError) -> [Feature] {
  var list = list
  var result: [Feature] = []
  while let (field, value) = try list.next() {
    if field == 1 { result.append(try Feature(try value.nested(in: 1))) }
  }
  return result
}

extension ProtobufReader {
  /// The entries of a message whose field 1 is a map of texts to messages.
  fileprivate func entries() throws(ProtobufError) -> [(name: String, value: ProtobufReader)] {
    var map = self
    var result: [(String, ProtobufReader)] = []
    while let (field, value) = try map.next() {
      guard field == 1 else { continue }
      var entry = try value.nested(in: 1)
      var name = ""
      var content = ProtobufReader([])
      while let (field, value) = try entry.next() {
        if field == 1 { name = try value.nested(in: 1).text() }
        if field == 2 { content = try value.nested(in: 2) }
      }
      result.append((name, content))
    }
    return result
  }
}

extension ProtobufWriter {
  fileprivate mutating func map<Value>(
    _ entries: [String: Value], _ write: @escaping (inout ProtobufWriter, Value) -> Void
  ) {
    for (name, value) in entries.sorted(by: { $0.key < $1.key }) {
      message(1) { entry in
        entry.field(1, name.utf8)
        entry.message(2) { write(&$0, value) }
      }
    }
  }
}
