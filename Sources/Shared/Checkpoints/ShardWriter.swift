public import Parameters
internal import Tensors

/// Writes one server's shard of a checkpoint, chunk by chunk, each straight to its place in the file.
///
/// What is not finished is removed again, so that a full disk does not fill up with halves.
public struct ShardWriter: ~Copyable {
  private let path: String
  private let file: File
  private let name: String
  private let manifest: Manifest
  private let owned: Range<Int>
  private let slots: [String]
  private let generation: UInt32
  private let pieces: [ShardPiece]
  private let dataStart: Int
  private var checksums: [Checksum]
  private var chunks: [ShardRecord.Chunk] = []
  private var isFinished = false

  /// Makes the checkpoint's folder, if no other server has, and the file.
  ///
  /// - Parameters:
  ///   - count: The number of servers.
  ///   - owned: The server's chunks, as positions in the manifest's `chunks`; may be none.
  ///   - slots: The names of what the optimizer keeps beside each weight.
  ///   - generation: The server's count of its own starts.
  public init(
    folder: String, server: Int, of count: Int, manifest: Manifest, owned: Range<Int>, slots: [String],
    generation: UInt32
  ) throws(CheckpointError) {
    try Folder(folder).make()
    let name = ShardRecord.fileName(server: server, of: count)
    let path = "\(folder)/\(ShardRecord.partialName(name, generation: generation))"
    let pieces = ShardPiece.pieces(of: manifest, owned: owned, slots: slots)
    let header = try SafetensorsHeader(pieces).encoded(for: path)
    let file = try File(creating: path)
    try file.write(unsafe header.span.bytes, at: 0)
    (self.name, self.path, self.manifest, self.owned, self.generation) = (name, path, manifest, owned, generation)
    (self.pieces, self.slots) = (pieces, slots)
    dataStart = header.count
    checksums = pieces.map { _ in Checksum() }
    self.file = file
  }

  deinit {
    if !isFinished { try? File.remove(path) }  // where it cannot be removed, `prune` removes it with its folder
  }

  /// Writes the next of the server's chunks.
  public mutating func write(_ snapshot: ChunkSnapshot) throws(CheckpointError) {
    precondition(snapshot.chunk == owned.lowerBound + chunks.count, "chunks are written in their order")
    let chunk = manifest.chunks[snapshot.chunk]
    let entry = manifest.entries[chunk.tensor]
    let names = ShardPiece.names(of: entry.name, kind: entry.kind, slots: slots)
    let tensors = [snapshot.state.values] + snapshot.state.slots
    precondition(names.count == tensors.count, "a chunk has its slots and no others")
    for (name, tensor) in zip(names, tensors) {
      precondition(tensor.count == chunk.count, "a chunk's slots are as large as its values")
      guard let index = pieces.firstIndex(where: { $0.name == name }) else {
        preconditionFailure("the file has a piece of each tensor of each chunk")
      }
      let piece = pieces[index]
      let bytes = unsafe tensor.values.bytes
      let offset = piece.bytes.lowerBound + (chunk.rows.lowerBound - piece.firstRow) * piece.rowBytes
      try file.write(bytes, at: dataStart + offset)
      checksums[index].add(bytes)
    }
    chunks.append(
      ShardRecord.Chunk(
        chunk: snapshot.chunk, rows: chunk.rows, version: snapshot.state.version, applied: snapshot.state.applied))
  }

  /// Brings the file to the disk, and reads it once to see that it holds what was written.
  public consuming func finish() throws(CheckpointError) -> ShardRecord {
    precondition(chunks.count == owned.count, "all of the server's chunks are written")
    try file.synchronize()
    let written = try ShardFile(path)
    let found = try written.checksums()
    guard written.pieces == pieces, found.pieces == checksums.map(\.value) else {
      throw .damaged(path: path, reason: "it does not hold what was just written to it")
    }
    isFinished = true
    let tensors = zip(pieces, found.pieces).map { ShardRecord.Tensor(name: $0.name, checksum: $1) }
    return ShardRecord(
      generation: generation, file: name, size: written.size, checksum: found.file, tensors: tensors, chunks: chunks)
  }
}
