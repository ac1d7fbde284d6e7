public import Parameters

/// The share of a server in the newest checkpoint that is whole.
public struct RestoredShare: Sendable {
  /// `nil` where there is no good checkpoint.
  public let checkpoint: Checkpoint?
  /// All that the checkpoint has of the server's chunks, in their order.
  public let states: [ChunkState]
  /// Why each newer checkpoint is not used.
  public let refused: [CheckpointError]
}

extension CheckpointStore {
  /// Finds the newest checkpoint that is whole, and reads a server's share of it.
  ///
  /// All servers that start together must go on from the same checkpoint, so each has to know of all parts of it that they
  /// are good: not only of its own. Were each to read everything, twenty servers would read a checkpoint twenty times. So
  /// each reads its own part first, and tells what it found; of the parts of the others it reads only those of which it
  /// finds nothing told that it may believe.
  ///
  /// What may it believe? Who reads a part notes before it begins which starts of all servers there are. A server believes
  /// a finding that was made in the knowledge of its own start: so all of that reading came after it had started, as if it
  /// had read the part itself. An older finding, of an earlier start of the run perhaps, counts for nothing, since the
  /// file may have been damaged after it. No clock is asked, and nobody waits for anybody: where the others are slow, dead
  /// or long at work, a server reads all parts by itself, and comes to the same result.
  ///
  /// So each server decides by the bytes of all parts, read after its start, and by the same rule, from the newest
  /// checkpoint to the oldest: two can only come to different results if the bytes change between, as they could when each
  /// read everything. Where that happens, and somebody finds the damage, it is told to all who have not decided.
  ///
  /// The manifest, and the header of each shard, are small, and each server reads them all. Every byte of every piece is in
  /// some part, and each server's values are made of the very bytes that it has checked.
  ///
  /// - Parameters:
  ///   - part: The server's index.
  ///   - parts: The chunks of each server.
  ///   - start: The server's count of its own starts.
  /// - Throws: `CheckpointError.unreachable` where it cannot be told whether one is whole; `otherModel` or `otherRun` where
  ///   one is not of this run.
  public func restore<Board: CheckBoard>(
    part: Int, of parts: [Range<Int>], in model: Manifest, run: UInt64, slots: [String], start: UInt32,
    telling board: inout Board
  ) throws -> RestoredShare {
    var refused: [CheckpointError] = []
    for name in try committed().reversed() {
      do {
        let checkpoint = try open(name)
        try checkpoint.check(run: run, against: model, slots: slots)
        let states = try Self.found(part, in: name, telling: &board) { () throws(CheckpointError) in
          try checkpoint.states(of: parts[part], in: model)
        }
        for other in Array(parts.indices[(part + 1)...]) + Array(parts.indices[..<part]) {
          let told = board.findings().filter {
            $0.checkpoint == "\(name)" && $0.part == other && $0.starts.count == parts.count && $0.starts[part] == start
          }
          if let flaw = told.lazy.compactMap(\.flaw).first {
            throw CheckpointError.damaged(path: checkpoint.path, reason: flaw)
          }
          guard told.isEmpty else { continue }
          try Self.found(other, in: name, telling: &board) { () throws(CheckpointError) in
            try checkpoint.check(parts[other], in: model)
          }
        }
        return RestoredShare(checkpoint: checkpoint, states: states, refused: refused)
      } catch let error as CheckpointError {
        guard error.isFlaw else { throw error }
        refused.append(error)
      }
    }
    return RestoredShare(checkpoint: nil, states: [], refused: refused)
  }

  /// Reads a part, and tells what was found.
  private static func found<Board: CheckBoard, Value>(
    _ part: Int, in name: CheckpointName, telling board: inout Board, _ read: () throws(CheckpointError) -> Value
  ) throws -> Value {
    let starts = try board.starts()
    let result = Result(catching: read)
    switch result {
    case .success: board.post(CheckFinding(checkpoint: "\(name)", part: part, starts: starts, flaw: nil))
    case .failure(let error) where error.isFlaw:
      board.post(CheckFinding(checkpoint: "\(name)", part: part, starts: starts, flaw: "\(error)"))
    case .failure: break
    }
    return try result.get()
  }
}
