import Parameters

/// Whole rows of one tensor, as they lie in a shard's file.
struct ShardPiece: Equatable, Sendable {
  let name: String
  /// The extents of the piece; the first is its number of rows.
  let shape: [Int]
  /// The piece's first row in the whole tensor.
  let firstRow: Int
  /// Where its little-endian Float32 are, counted from the start of the file's data.
  let bytes: Range<Int>

  var rows: Range<Int> { firstRow..<firstRow + (shape.first ?? 1) }
  var rowBytes: Int { bytes.count / rows.count }

  /// The pieces of a server's share, in the order of its chunks: each tensor, and behind it what the optimizer keeps of it.
  static func pieces(of manifest: Manifest, owned: Range<Int>, slots: [String]) -> [ShardPiece] {
    var pieces: [ShardPiece] = []
    var start = 0
    var chunk = owned.lowerBound
    while chunk < owned.upperBound {
      let tensor = manifest.chunks[chunk].tensor
      let entry = manifest.entries[tensor]
      let run = owned.clamped(to: manifest.chunks(ofTensor: tensor))
      let firstRow = manifest.chunks[run.lowerBound].rows.lowerBound
      let rows = manifest.chunks[run.upperBound - 1].rows.upperBound - firstRow
      let shape = entry.shape.isEmpty ? [] : [rows] + entry.shape.dropFirst()
      for name in names(of: entry.name, kind: entry.kind, slots: slots) {
        let end = start + rows * entry.rowLength * MemoryLayout<Float>.size
        pieces.append(ShardPiece(name: name, shape: shape, firstRow: firstRow, bytes: start..<end))
        start = end
      }
      chunk = run.upperBound
    }
    return pieces
  }

  /// The names under which a tensor and its slots are stored: `conv1.weight`, `conv1.weight.adam_m`.
  static func names(of tensor: String, kind: Manifest.Kind, slots: [String]) -> [String] {
    [tensor] + (kind == .weight ? slots.map { "\(tensor).\($0)" } : [])
  }
}
