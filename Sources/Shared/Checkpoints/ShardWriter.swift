import Parameters
internal import Tensors

/// Writes one server's shard of a checkpoint, chunk by chunk, each straight to its place in the file.
///
/// What is not finished is removed again, so that a full disk does not fill up with halves.
public struct ShardWriter: ~Copyable {
  private let place: any CheckpointPlace
  private let checkpoint: CheckpointName
  private let shard: ShardName
  private let file: File
  private let manifest: Manifest
  private let owned: Range<Int>
  private let slots: [String]
  private let pieces: [ShardPiece]
  private let dataStart: Int
  private var checksums: [Checksum]
  private var chunks: [ShardRecord.Chunk] = []
  private var isFinished = false

  /// Makes the file.
  init(
    in place: any CheckpointPlace, checkpoint: CheckpointName, _ shard: ShardName, manifest: Manifest,
    owned: Range<Int>, slots: [String]
  ) throws(CheckpointError) {
    let file = try place.createShard(shard, of: checkpoint)
    let pieces = ShardPiece.pieces(of: manifest, owned: owned, slots: slots)
    let header = try SafetensorsHeader(pieces).encoded(for: file.path)
    try file.write(unsafe header.span.bytes, at: 0)
    (self.place, self.checkpoint, self.shard) = (place, checkpoint, shard)
    (self.manifest, self.owned, self.pieces, self.slots) = (manifest, owned, pieces, slots)
    dataStart = header.count
    checksums = pieces.map { _ in Checksum() }
    self.file = file
  }

  deinit {
    if !isFinished { place.discard(file) }
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

  /// Reads the file once to see that it holds what was written, and brings it to the disk or the store.
  public consuming func finish() throws(CheckpointError) -> ShardRecord {
    precondition(chunks.count == owned.count, "all of the server's chunks are written")
    let written = try ShardFile(file)
    let expected = checksums.map(\.value)
    let found = try written.checksums()
    guard written.pieces == pieces, found == expected else {
      throw .damaged(path: file.path, reason: "it does not hold what was just written to it")
    }
    try place.keep(file, as: shard, of: checkpoint)
    isFinished = true
    let tensors = zip(pieces, expected).map { ShardRecord.Tensor(name: $0.name, checksum: $1) }
    return ShardRecord(
      generation: shard.generation,
      file: place.shardName(server: shard.server, of: shard.count, generation: shard.generation), size: written.size,
      checksum: written.checksum(withPieces: expected), tensors: tensors, chunks: chunks)
  }
}
