internal import Foundation
public import Parameters
internal import Synchronization
internal import Tensors

/// A piece of a shard that is to be read, and the chunks of which it has values.
private struct PieceReading: Sendable {
  let shard: Int
  /// In the shard.
  let piece: Int
  /// Positions in the model's chunks.
  let chunks: [Int]
}

extension Checkpoint {
  /// So many pieces are read at once: an object store answers many requests sooner than one after the other.
  private static let readers = 8

  /// Reads all that a server holds of some chunks, and checks every byte that it reads: whole pieces, of which some rows
  /// may be other servers'.
  ///
  /// - Parameter chunks: Positions in the model's chunks.
  /// - Throws: `CheckpointError`: `damaged` with the name of the file; `otherModel` if the checkpoint is not of this model.
  public func states(of chunks: Range<Int>, in model: Manifest) throws(CheckpointError) -> [ChunkState] {
    let readings = try readings(of: chunks, in: model)
    let found = try Self.concurrently(readings) { reading throws(CheckpointError) in
      let rows = reading.chunks.map { model.chunks[$0].rows }
      return try shards[reading.shard].read(rows, ofPiece: reading.piece, expecting: checksum(of: reading))
    }
    var tensors: [[Tensor]] = chunks.map { _ in [] }
    for (reading, values) in zip(readings, found) {
      for (chunk, tensor) in zip(reading.chunks, values) { tensors[chunk - chunks.lowerBound].append(tensor) }
    }
    return zip(chunks, tensors).map { chunk, tensors in
      let record = self.chunks[chunk]
      return ChunkState(
        values: tensors[0], slots: Array(tensors[1...]), version: record.version, applied: record.applied)
    }
  }

  /// Checks every byte that `states` would read.
  public func check(_ chunks: Range<Int>, in model: Manifest) throws(CheckpointError) {
    try check(readings(of: chunks, in: model))
  }

  /// Checks every byte.
  public func checkAll() throws(CheckpointError) {
    try check(
      shards.indices.flatMap { shard in
        shards[shard].pieces.indices.map { PieceReading(shard: shard, piece: $0, chunks: []) }
      })
  }

  private func check(_ readings: [PieceReading]) throws(CheckpointError) {
    _ = try Self.concurrently(readings) { reading throws(CheckpointError) in
      try shards[reading.shard].read([], ofPiece: reading.piece, expecting: checksum(of: reading))
    }
  }

  private func checksum(of reading: PieceReading) -> UInt32 {
    manifest.shards[reading.shard].tensors[reading.piece].checksum
  }

  /// The pieces that have values of some chunks: of a chunk, first the one of its values, then those of its slots.
  private func readings(of chunks: Range<Int>, in model: Manifest) throws(CheckpointError) -> [PieceReading] {
    try check(rowsOf: chunks, in: model)
    var readings: [PieceReading] = []
    var chunk = chunks.lowerBound
    while chunk < chunks.upperBound {
      let tensor = model.chunks[chunk].tensor
      let entry = model.entries[tensor]
      let run = chunks.clamped(to: model.chunks(ofTensor: tensor))
      for name in ShardPiece.names(of: entry.name, kind: entry.kind, slots: manifest.slots) {
        var rest = run
        for place in pieces[name] ?? [] {
          let here = rest.prefix { model.chunks[$0].rows.clamped(to: place.piece.rows) == model.chunks[$0].rows }
          if !here.isEmpty {
            readings.append(PieceReading(shard: place.shard, piece: place.index, chunks: Array(here)))
          }
          rest = rest.dropFirst(here.count)
        }
        guard rest.isEmpty else {
          throw .damaged(path: path, reason: "two shards have rows of chunk \(rest.lowerBound)")
        }
      }
      chunk = run.upperBound
    }
    return readings
  }

  /// - Throws: The error of the first that fails, in their order.
  private static func concurrently<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ body: @escaping @Sendable (Item) throws(CheckpointError) -> Value
  ) throws(CheckpointError) -> [Value] {
    let results = Mutex<[Result<Value, CheckpointError>?]>(items.map { _ in nil })
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = readers
    for (index, item) in items.enumerated() {
      queue.addOperation {
        let result = Result { () throws(CheckpointError) in try body(item) }
        results.withLock { $0[index] = result }
      }
    }
    queue.waitUntilAllOperationsAreFinished()
    var values: [Value] = []
    for result in results.withLock({ $0 }) { values.append(try result!.get()) }
    return values
  }
}
