internal import Tensors

/// One server's shard of a checkpoint, open to be read.
struct ShardFile: Sendable {
  let size: Int
  /// In the order of the file.
  let pieces: [ShardPiece]
  private let file: any ReadableFile
  private let dataStart: Int

  /// Reads the header.
  ///
  /// - Parameter expectedSize: The number of bytes that the file must have, where it is known.
  init(_ file: any ReadableFile, expectedSize: Int? = nil) throws(CheckpointError) {
    self.file = file
    let path = file.path
    size = try file.size
    guard size == expectedSize ?? size else {
      throw .damaged(path: path, reason: "expected \(expectedSize ?? 0) bytes, it has \(size)")
    }
    guard size >= 8 else { throw .damaged(path: path, reason: "expected a safetensors file, it has \(size) bytes") }
    let length = try file.read(0..<8).reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= min(size - 8, SafetensorsHeader.longest) else {
      throw .damaged(path: path, reason: "expected a header of \(length) bytes, the file has \(size)")
    }
    dataStart = 8 + Int(length)
    let json = try file.read(8..<dataStart)
    do {
      pieces = try SafetensorsHeader(json: json, dataSize: size - dataStart).pieces
    } catch let error as SafetensorsHeader.Malformed {
      throw .damaged(path: path, reason: "its header is wrong: \(error.reason)")
    } catch {
      throw .damaged(path: path, reason: "its header is not that of a shard of a checkpoint")
    }
  }

  /// Opens a shard, and checks it against what its server recorded.
  init(_ file: any ReadableFile, expecting record: ShardRecord) throws(CheckpointError) {
    try self.init(file, expectedSize: record.size)
    let path = file.path
    guard pieces.map(\.name) == record.tensors.map(\.name) else {
      throw .damaged(path: path, reason: "expected other tensors than those in its header")
    }
    let found = try checksums()
    for (tensor, checksum) in zip(record.tensors, found.pieces) where tensor.checksum != checksum {
      throw .damaged(path: path, reason: "the checksum of '\(tensor.name)' is wrong")
    }
    guard found.file == record.checksum else { throw .damaged(path: path, reason: "its checksum is wrong") }
  }

  /// Reads everything once.
  ///
  /// - Returns: The CRC-32C of the whole file, and of each piece.
  func checksums() throws(CheckpointError) -> (file: UInt32, pieces: [UInt32]) {
    var whole = Checksum()
    var block = [UInt8](repeating: 0, count: min(size, 1 << 20))
    _ = try scan(0..<dataStart, through: &block, into: &whole)
    var checksums: [UInt32] = []
    for piece in pieces {
      let range = dataStart + piece.bytes.lowerBound..<dataStart + piece.bytes.upperBound
      checksums.append(try scan(range, through: &block, into: &whole))
    }
    return (whole.value, checksums)
  }

  /// - Returns: The checksum of the range alone.
  private func scan(
    _ range: Range<Int>, through block: inout [UInt8], into whole: inout Checksum
  ) throws(CheckpointError) -> UInt32 {
    var checksum = Checksum()
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = min(block.count, range.upperBound - offset)
      var span = block.mutableSpan
      var bytes = unsafe span.mutableBytes
      try file.read(into: &bytes, 0..<count, at: offset)
      checksum.add(bytes.bytes.extracting(first: count))
      whole.add(bytes.bytes.extracting(first: count))
      offset += count
    }
    return checksum.value
  }

  /// Reads whole rows of a piece.
  ///
  /// - Parameters:
  ///   - rows: Counted in the whole tensor; the piece has them all.
  ///   - row: The row of `tensor` where the first one goes.
  func read(
    _ rows: Range<Int>, of piece: ShardPiece, into tensor: inout Tensor, fromRow row: Int
  ) throws(CheckpointError) {
    let first = dataStart + piece.bytes.lowerBound + (rows.lowerBound - piece.firstRow) * piece.rowBytes
    var values = tensor.mutableValues
    var bytes = unsafe values.mutableBytes
    let part = row * piece.rowBytes..<(row + rows.count) * piece.rowBytes
    try file.read(into: &bytes, part, at: first)
  }
}
