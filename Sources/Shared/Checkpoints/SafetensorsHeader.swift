internal import Foundation

/// The head of a safetensors file: which tensors its data has, and where.
///
/// The file is: length of the JSON u64 · JSON, filled up with spaces to a multiple of 8 · data; all little-endian. In
/// `__metadata__` stands, for PyTorch's `torch.distributed.checkpoint`, where each piece begins in its whole tensor.
struct SafetensorsHeader: Equatable, Sendable {
  /// The most bytes that the format allows the JSON.
  static let longest = 100_000_000

  /// In the order of the data, which they fill without gaps.
  let pieces: [ShardPiece]
  /// What else `__metadata__` is to say.
  private let notes: [String: String]

  init(_ pieces: [ShardPiece], notes: [String: String] = [:]) {
    self.pieces = pieces
    self.notes = notes
  }

  /// The bytes before the data of a file.
  func encoded(for path: String) throws(CheckpointError) -> [UInt8] {
    do { return try encoded() } catch { throw .unwritable(path: path, reason: "its header has no JSON: \(error)") }
  }

  private func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let offsets = pieces.map { piece in
      (piece.name, SavedOffsets(offsets: piece.shape.indices.map { $0 == 0 ? piece.firstRow : 0 }))
    }
    let sharding = try encoder.encode(Dictionary(uniqueKeysWithValues: offsets))
    let items = pieces.map { piece in
      (
        piece.name,
        SafetensorsItem(type: "F32", shape: piece.shape, bytes: [piece.bytes.lowerBound, piece.bytes.upperBound])
      )
    }
    let document = Document(
      items: Dictionary(uniqueKeysWithValues: items),
      metadata: [
        "format": "pt", "DCP_VERSION": "1.0", "DCP_SHARDING_INFO": String(decoding: sharding, as: UTF8.self),
      ].merging(notes) { $1 })
    var json = [UInt8](try encoder.encode(document))
    while json.count % 8 != 0 { json.append(UInt8(ascii: " ")) }
    return (0..<8).map { UInt8(truncatingIfNeeded: json.count >> (8 * $0)) } + json
  }

  /// Reads what stands before the data; nothing of it is believed before it is checked.
  ///
  /// - Parameters:
  ///   - json: Without the length.
  ///   - dataSize: The number of bytes behind the JSON.
  /// - Throws: `Malformed`, or an error of the JSON.
  init(json: [UInt8], dataSize: Int) throws {
    let document = try JSONDecoder().decode(Document.self, from: Data(json))
    let sharding = Data((document.metadata["DCP_SHARDING_INFO"] ?? "").utf8)
    let offsets = try JSONDecoder().decode([String: SavedOffsets].self, from: sharding)
    var pieces: [ShardPiece] = []
    for (name, item) in document.items.sorted(by: { $0.value.bytes.first ?? 0 < $1.value.bytes.first ?? 0 }) {
      let start = pieces.last?.bytes.upperBound ?? 0
      guard item.type == "F32", let size = item.size(ofValues: 4, within: dataSize - start),
        item.bytes == [start, start + size]
      else {
        throw Malformed(reason: "'\(name)' is \(item), which does not begin at \(start) and fit \(dataSize) bytes")
      }
      guard let first = offsets[name]?.offsets, first.count == item.shape.count,
        first.dropFirst().allSatisfy({ $0 == 0 }), 0..<Int(Int32.max) ~= first.first ?? 0
      else { throw Malformed(reason: "of '\(name)' it does not say where its rows begin") }
      pieces.append(
        ShardPiece(name: name, shape: item.shape, firstRow: first.first ?? 0, bytes: start..<start + size))
    }
    guard pieces.last?.bytes.upperBound ?? 0 == dataSize else {
      throw Malformed(reason: "its tensors fill \(pieces.last?.bytes.upperBound ?? 0) bytes of \(dataSize)")
    }
    self.pieces = pieces
    notes = [:]
  }

  /// A header that is JSON, but does not describe the data behind it.
  struct Malformed: Error {
    let reason: String
  }
}

private struct SavedOffsets: Codable {
  enum CodingKeys: String, CodingKey {
    case offsets = "saved_offsets"
  }

  /// One for each dimension.
  let offsets: [Int]
}

/// The JSON: an object that has the tensors and `__metadata__` side by side.
private struct Document: Codable {
  private struct Key: CodingKey {
    static let metadata = Key(stringValue: "__metadata__")

    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  let items: [String: SafetensorsItem]
  let metadata: [String: String]

  init(items: [String: SafetensorsItem], metadata: [String: String]) {
    self.items = items
    self.metadata = metadata
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    metadata = try container.decode([String: String].self, forKey: .metadata)
    var items: [String: SafetensorsItem] = [:]
    for key in container.allKeys where key.stringValue != Key.metadata.stringValue {
      items[key.stringValue] = try container.decode(SafetensorsItem.self, forKey: key)
    }
    self.items = items
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(metadata, forKey: .metadata)
    for (name, item) in items { try container.encode(item, forKey: Key(stringValue: name)) }
  }
}
