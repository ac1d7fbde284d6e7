public import Parameters
public import Tensors

/// A committed checkpoint, open to be read into any number of servers: all of its files are there, and what they say fits
/// together. Their values are checked as they are read, by `states` and `check`.
public struct Checkpoint: Sendable {
  /// For people: a path, or an address.
  public let path: String
  public let manifest: CheckpointManifest
  let shards: [ShardFile]
  /// By position in the model's chunks.
  let chunks: [ShardRecord.Chunk]
  /// The pieces of each tensor and slot, by name, in the order of their rows, which they cover.
  let pieces: [String: [(shard: Int, index: Int, piece: ShardPiece)]]

  /// Reads the manifest and the header of each shard, and checks them against each other.
  ///
  /// - Throws: `CheckpointError` with the name of the file at fault.
  init(_ checkpoint: CheckpointName, in place: any CheckpointPlace) throws(CheckpointError) {
    let manifestFile = try place.open(CheckpointManifest.fileName, of: checkpoint)
    let manifest = try CheckpointManifest(reading: manifestFile)
    var shards: [ShardFile] = []
    var pieces: [String: [(shard: Int, index: Int, piece: ShardPiece)]] = [:]
    for (server, record) in manifest.shards.enumerated() {
      let name = place.shardName(server: server, of: manifest.shards.count, generation: record.generation)
      let shard = try ShardFile(place.open(name, of: checkpoint), expecting: record)
      for (index, piece) in shard.pieces.enumerated() {
        pieces[piece.name, default: []].append((server, index, piece))
      }
      shards.append(shard)
    }
    for name in pieces.keys { pieces[name]?.sort { $0.piece.firstRow < $1.piece.firstRow } }
    if let reason = manifest.flaw(in: pieces.mapValues { $0.map(\.piece) }) {
      throw .damaged(path: manifestFile.path, reason: reason)
    }
    path = "\(place.location)/\(checkpoint)"
    (self.manifest, self.shards, self.pieces) = (manifest, shards, pieces)
    chunks = manifest.shards.flatMap(\.chunks)
  }

  /// Checks that the checkpoint is of a run, a model and an optimizer.
  ///
  /// - Parameters:
  ///   - run: The run's number; `nil` for any.
  ///   - slots: The names of what the optimizer keeps beside each weight.
  /// - Throws: `CheckpointError.otherModel` with the first difference.
  public func check(run: UInt64? = nil, against model: Manifest, slots: [String]) throws(CheckpointError) {
    guard run == nil || run == manifest.run else { throw .otherRun(path: path) }
    try check(against: model)
    guard slots == manifest.slots else {
      throw .otherModel(
        path: path, reason: "expected \(slots) of the optimizer beside each weight, it has \(manifest.slots)")
    }
  }

  /// Reads all that a server holds of a chunk, without a check of its values.
  ///
  /// - Parameter chunk: The position in the model's chunks.
  /// - Throws: `CheckpointError.otherModel` if the checkpoint is not of this model.
  public func chunkState(_ chunk: Int, of model: Manifest) throws(CheckpointError) -> ChunkState {
    try check(rowsOf: chunk..<chunk + 1, in: model)
    let rows = model.chunks[chunk].rows
    let entry = model.entries[model.chunks[chunk].tensor]
    var tensors: [Tensor] = []
    for name in ShardPiece.names(of: entry.name, kind: entry.kind, slots: manifest.slots) {
      tensors.append(try read(rows, of: name, count: model.chunks[chunk].count))
    }
    let values = tensors.removeFirst()
    return ChunkState(
      values: values, slots: tensors, version: chunks[chunk].version, applied: chunks[chunk].applied)
  }

  /// Reads a whole tensor, from all shards.
  public func values(ofTensor name: String) throws(CheckpointError) -> Tensor {
    guard let tensor = manifest.tensors.first(where: { $0.name == name }) else {
      throw .otherModel(path: path, reason: "expected a tensor '\(name)', there is none")
    }
    let count = tensor.shape.reduce(1, *)
    return try read(0..<(tensor.shape.first ?? 1), of: name, count: count).reshaped(tensor.shape)
  }

  private func read(_ rows: Range<Int>, of name: String, count: Int) throws(CheckpointError) -> Tensor {
    var tensor = Tensor(uninitialized: [count])
    for (shard, _, piece) in pieces[name] ?? [] {
      let common = rows.clamped(to: piece.rows)
      guard !common.isEmpty else { continue }
      try shards[shard].read(common, of: piece, into: &tensor, fromRow: common.lowerBound - rows.lowerBound)
    }
    return tensor
  }

  /// Checks that chunks of a model have the same rows here.
  func check(rowsOf wanted: Range<Int>, in model: Manifest) throws(CheckpointError) {
    try check(against: model)
    for chunk in wanted where !chunks.indices.contains(chunk) || chunks[chunk].rows != model.chunks[chunk].rows {
      let found = chunks.indices.contains(chunk) ? "rows \(chunks[chunk].rows)" : "no such chunk"
      throw .otherModel(
        path: path, reason: "expected rows \(model.chunks[chunk].rows) in chunk \(chunk), it has \(found)")
    }
  }

  private func check(against model: Manifest) throws(CheckpointError) {
    guard model.digest != manifest.digest else { return }
    let expected = model.entries.map { "\($0.name) \($0.shape) (\($0.kind))" }
    let found = manifest.tensors.map { "\($0.name) \($0.shape) (\($0.kind))" }
    for (index, pair) in zip(expected, found).enumerated() where pair.0 != pair.1 {
      throw .otherModel(path: path, reason: "expected \(pair.0) as tensor \(index), it has \(pair.1)")
    }
    throw .otherModel(path: path, reason: "expected \(expected.count) tensors, it has \(found.count)")
  }
}
