internal import Foundation
public import Tensors

/// Any safetensors file, PyTorch's for example, with whole tensors of 32 or 16 bits a value.
///
/// The file is: length of the JSON u64 · JSON · data; all little-endian (https://github.com/huggingface/safetensors).
public struct SafetensorsFile: Sendable {
  private struct Place: Sendable {
    let format: Format
    let shape: [Int]
    let bytes: Range<Int>
  }

  /// How values are written.
  private enum Format: String, Sendable {
    case float32 = "F32"
    case float16 = "F16"
    case bfloat16 = "BF16"

    var size: Int { self == .float32 ? 4 : 2 }
  }

  private let file: File
  private let places: [String: Place]
  /// What its `__metadata__` says.
  public let metadata: [String: String]

  /// Reads the header. Tensors of other types than floating point are left out.
  public init(_ path: String) throws(CheckpointError) {
    file = try File(reading: path)
    let size = try file.size
    guard size >= 8 else { throw .damaged(path: path, reason: "expected a safetensors file, it has \(size) bytes") }
    let length = try file.read(0..<8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= min(size - 8, SafetensorsHeader.longest) else {
      throw .damaged(
        path: path, reason: "expected a safetensors file, its header would have \(length) of \(size) bytes")
    }
    let start = 8 + Int(length)
    let json = try file.read(8..<start)
    do {
      (places, metadata) = try Self.places(in: Data(json), dataStart: start, size: size)
    } catch let error as SafetensorsHeader.Malformed {
      throw .damaged(path: path, reason: "its header is wrong: \(error.reason)")
    } catch {
      throw .damaged(path: path, reason: "expected a safetensors file, its header is no JSON of one")
    }
  }

  private static func places(
    in json: Data, dataStart: Int, size: Int
  ) throws -> ([String: Place], metadata: [String: String]) {
    guard var object = try JSONSerialization.jsonObject(with: json) as? [String: Any] else {
      throw SafetensorsHeader.Malformed(reason: "it is no object")
    }
    let metadata = object.removeValue(forKey: "__metadata__") as? [String: String] ?? [:]
    let items = try JSONDecoder().decode(
      [String: SafetensorsItem].self, from: JSONSerialization.data(withJSONObject: object))
    var places: [String: Place] = [:]
    for (name, item) in items {
      guard let format = Format(rawValue: item.type), !item.shape.contains(0) else { continue }
      let room = size - dataStart
      guard let count = item.size(ofValues: format.size, within: room), item.bytes.count == 2,
        (0...room - count).contains(item.bytes[0]), item.bytes[1] == item.bytes[0] + count
      else { throw SafetensorsHeader.Malformed(reason: "'\(name)' does not lie within the file's \(size) bytes") }
      let first = dataStart + item.bytes[0]
      places[name] = Place(format: format, shape: item.shape, bytes: first..<first + count)
    }
    return (places, metadata)
  }

  public var shapes: [String: [Int]] { places.mapValues(\.shape) }

  /// The values of a tensor that is there.
  public func values(of name: String) throws(CheckpointError) -> Tensor {
    guard let place = places[name] else {
      throw .otherModel(path: file.path, reason: "expected a tensor '\(name)', there is none")
    }
    let bytes = try file.read(place.bytes)
    let span = unsafe bytes.span.bytes  // a byte has no padding: the view is whole
    switch place.format {
    case .float16: return HalfFormat.float16.read(span).reshaped(place.shape)
    case .bfloat16: return HalfFormat.bfloat16.read(span).reshaped(place.shape)
    case .float32:
      var tensor = Tensor(uninitialized: place.shape)
      var target = tensor.mutableValues
      for index in target.indices {
        target[index] = Float(
          bitPattern: UInt32(littleEndian: unsafe span.unsafeLoadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
      }
      return tensor
    }
  }
}
