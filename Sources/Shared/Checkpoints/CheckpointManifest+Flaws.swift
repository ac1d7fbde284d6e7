import Parameters

extension CheckpointManifest {
  /// What is wrong with a manifest whose files are all whole; `nil` if nothing is.
  ///
  /// - Parameter pieces: What the shards have of each tensor and slot, in the order of the rows.
  func flaw(in pieces: [String: [ShardPiece]]) -> String? {
    let chunks = shards.flatMap(\.chunks)
    guard chunks.map(\.chunk) == Array(chunks.indices), chunks.allSatisfy({ $0.version >= 0 }) else {
      return "expected all chunks in order, they are not"
    }
    for tensor in tensors {
      guard tensor.shape.allSatisfy({ $0 > 0 }) else { return "'\(tensor.name)' cannot be \(tensor.shape)" }
      for name in ShardPiece.names(of: tensor.name, kind: tensor.kind, slots: slots) {
        var row = 0
        for piece in pieces[name] ?? [] {
          guard piece.firstRow == row, piece.shape.dropFirst() == tensor.shape.dropFirst() else {
            return "expected row \(row) of '\(name)' \(tensor.shape), a shard has \(piece.rows) of \(piece.shape)"
          }
          row = piece.rows.upperBound
        }
        guard row == tensor.shape.first ?? 1 else {
          return "expected \(tensor.shape.first ?? 1) rows of '\(name)', the shards have \(row)"
        }
      }
    }
    let model = Manifest(tensors.map { .init(name: $0.name, shape: $0.shape, kind: $0.kind) })
    return model.digest == digest ? nil : "expected \(digest) as the digest of its tensors, which is \(model.digest)"
  }
}
