internal import Tensors

/// One server's shard of a checkpoint, open to be read.
struct ShardFile: Sendable {
  let size: Int
  /// In the order of the file.
  let pieces: [ShardPiece]
  private let file: any ReadableFile
  private let dataStart: Int
  /// Of the bytes before the data.
  private let headChecksum: Checksum

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
    let head = try file.read(0..<8)
    let length = head.reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
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
    headChecksum = Checksum(of: unsafe (head + json).span.bytes)
  }

  /// Opens a shard, and checks its size and its header against what its server recorded: the values are checked when
  /// they are read.
  ///
  /// Only the header can make the file's checksum differ from the recorded one, put together from those of the pieces.
  init(_ file: any ReadableFile, expecting record: ShardRecord) throws(CheckpointError) {
    try self.init(file, expectedSize: record.size)
    guard pieces.map(\.name) == record.tensors.map(\.name) else {
      throw .damaged(path: file.path, reason: "expected other tensors than those in its header")
    }
    guard checksum(withPieces: record.tensors.map(\.checksum)) == record.checksum else {
      throw .damaged(path: file.path, reason: "its checksum is wrong")
    }
  }

  /// The CRC-32C of the whole file, if its pieces have these.
  func checksum(withPieces checksums: [UInt32]) -> UInt32 {
    var whole = headChecksum
    for (piece, checksum) in zip(pieces, checksums) {
      whole.add(Checksum(value: checksum), ofBytes: piece.bytes.count)  // without gaps, as the header was read
    }
    return whole.value
  }

  /// Reads all pieces once.
  ///
  /// - Returns: Their CRC-32C.
  func checksums() throws(CheckpointError) -> [UInt32] {
    var checksums: [UInt32] = []
    for piece in pieces {
      var checksum = Checksum()
      try skim(piece.rows, of: piece, into: &checksum)
      checksums.append(checksum.value)
    }
    return checksums
  }

  /// Reads all of a piece once, and keeps some of its rows.
  ///
  /// - Parameters:
  ///   - wanted: Rows that the piece has, counted in the whole tensor; in their order.
  ///   - expected: The piece's CRC-32C.
  /// - Returns: A flat tensor for each of `wanted`.
  /// - Throws: `CheckpointError.damaged` if the checksum is another one.
  func read(_ wanted: [Range<Int>], ofPiece index: Int, expecting expected: UInt32) throws(CheckpointError) -> [Tensor]
  {
    let piece = pieces[index]
    var checksum = Checksum()
    var tensors: [Tensor] = []
    var row = piece.firstRow
    for rows in wanted {
      precondition(rows.lowerBound >= row && rows.upperBound <= piece.rows.upperBound, "the piece has the rows")
      try skim(row..<rows.lowerBound, of: piece, into: &checksum)
      var tensor = Tensor(uninitialized: [rows.count * piece.rowBytes / MemoryLayout<Float>.size])
      try read(rows, of: piece, into: &tensor, fromRow: 0)
      checksum.add(unsafe tensor.values.bytes)
      tensors.append(tensor)
      row = rows.upperBound
    }
    try skim(row..<piece.rows.upperBound, of: piece, into: &checksum)
    guard checksum.value == expected else {
      throw .damaged(path: file.path, reason: "the checksum of '\(piece.name)' is wrong")
    }
    return tensors
  }

  /// Reads rows for their checksum alone.
  private func skim(_ rows: Range<Int>, of piece: ShardPiece, into checksum: inout Checksum) throws(CheckpointError) {
    var offset = start(ofRow: rows.lowerBound, of: piece)
    let end = start(ofRow: rows.upperBound, of: piece)
    var block = [UInt8](repeating: 0, count: min(end - offset, 1 << 20))
    while offset < end {
      let count = min(block.count, end - offset)
      var span = block.mutableSpan
      var bytes = unsafe span.mutableBytes
      try file.read(into: &bytes, 0..<count, at: offset)
      checksum.add(bytes.bytes.extracting(first: count))
      offset += count
    }
  }

  /// Reads whole rows of a piece.
  ///
  /// - Parameters:
  ///   - rows: Counted in the whole tensor; the piece has them all.
  ///   - row: The row of `tensor` where the first one goes.
  func read(
    _ rows: Range<Int>, of piece: ShardPiece, into tensor: inout Tensor, fromRow row: Int
  ) throws(CheckpointError) {
    var values = tensor.mutableValues
    var bytes = unsafe values.mutableBytes
    let part = row * piece.rowBytes..<(row + rows.count) * piece.rowBytes
    try file.read(into: &bytes, part, at: start(ofRow: rows.lowerBound, of: piece))
  }

  private func start(ofRow row: Int, of piece: ShardPiece) -> Int {
    dataStart + piece.bytes.lowerBound + (row - piece.firstRow) * piece.rowBytes
  }
}
