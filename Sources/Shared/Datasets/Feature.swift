internal import Records

/// The values of one feature (`tf.train.Feature`, tensorflow/core/example/feature.proto):
/// `bytes_list` 1, `float_list` 2, `int64_list` 3, each with its values in field 1.
public enum Feature: Equatable, Sendable {
  case bytes([[UInt8]])
  case floats([Float])
  case integers([Int64])
}

extension Feature {
  /// Reads packed and unpacked numbers alike. A feature of no kind has no values, as in TensorFlow.
  init(_ reader: ProtobufReader) throws(ProtobufError) {
    var reader = reader
    var result: Feature = .bytes([])
    while let (field, value) = try reader.next() {
      guard (1...3).contains(field) else { continue }
      let list = try value.nested(in: field)
      switch field {
      case 1: result = .bytes(result.bytes + (try Feature.bytes(in: list)))
      case 2: result = .floats(result.floats + (try Feature.floats(in: list)))
      default: result = .integers(result.integers + (try Feature.integers(in: list)))
      }
    }
    self = result
  }

  /// The bytes values; none if the feature is of another kind.
  public var bytes: [[UInt8]] {
    if case .bytes(let values) = self { values } else { [] }
  }

  /// The float values; none if the feature is of another kind.
  public var floats: [Float] {
    if case .floats(let values) = self { values } else { [] }
  }

  /// The integer values; none if the feature is of another kind.
  public var integers: [Int64] {
    if case .integers(let values) = self { values } else { [] }
  }

  private static func bytes(in list: ProtobufReader) throws(ProtobufError) -> [[UInt8]] {
    var list = list
    var result: [[UInt8]] = []
    while let (field, value) = try list.next() {
      if field == 1 { result.append([UInt8](try value.nested(in: 1).bytes)) }
    }
    return result
  }

  private static func floats(in list: ProtobufReader) throws(ProtobufError) -> [Float] {
    var list = list
    var result: [Float] = []
    while let (field, value) = try list.next() {
      switch (field, value) {
      case (1, .fixed32(let bits)): result.append(Float(bitPattern: bits))
      case (1, .bytes(var packed)):
        while !packed.isAtEnd { result.append(Float(bitPattern: UInt32(try packed.fixed(4)))) }
      case (1, _): throw .unexpectedType(field: 1, wireType: value.wireType)
      default: continue
      }
    }
    return result
  }

  private static func integers(in list: ProtobufReader) throws(ProtobufError) -> [Int64] {
    var list = list
    var result: [Int64] = []
    while let (field, value) = try list.next() {
      switch (field, value) {
      case (1, .number(let bits)): result.append(Int64(bitPattern: bits))
      case (1, .bytes(var packed)):
        while !packed.isAtEnd { result.append(Int64(bitPattern: try packed.number())) }
      case (1, _): throw .unexpectedType(field: 1, wireType: value.wireType)
      default: continue
      }
    }
    return result
  }
}

extension Feature {
  /// Writes the feature's own fields, numbers packed.
  func write(to writer: inout ProtobufWriter) {
    switch self {
    case .bytes(let values):
      writer.message(1) { list in for value in values { list.field(1, value) } }
    case .floats(let values):
      writer.message(2) { $0.packed(values) { $0.fixed32($1.bitPattern) } }
    case .integers(let values):
      writer.message(3) { $0.packed(values) { $0.number(UInt64(bitPattern: $1)) } }
    }
  }
}

extension ProtobufWriter {
  fileprivate mutating func packed<Value>(_ values: [Value], _ write: (inout ProtobufWriter, Value) -> Void) {
    guard !values.isEmpty else { return }
    message(1) { inner in for value in values { write(&inner, value) } }
  }
}
