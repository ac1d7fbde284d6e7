public import Tensors

extension SafetensorsFile {
  /// Writes tensors, 32 bits a value, into a file that is there only when it is whole.
  ///
  /// - Parameters:
  ///   - tensors: With their names, in the order of the data.
  ///   - metadata: What `__metadata__` is to say.
  public static func write(
    _ tensors: [(name: String, values: Tensor)], metadata: [String: String], to path: String
  ) throws(CheckpointError) {
    var pieces: [ShardPiece] = []
    for (name, values) in tensors {
      let start = pieces.last?.bytes.upperBound ?? 0
      pieces.append(ShardPiece(name: name, shape: values.shape, firstRow: 0, bytes: start..<start + 4 * values.count))
    }
    let header = try SafetensorsHeader(pieces, notes: metadata).encoded(for: path)
    let partial = "\(path).partial"
    let file = try File(creating: partial)
    try file.write(unsafe header.span.bytes, at: 0)
    for (piece, tensor) in zip(pieces, tensors) {
      try file.write(unsafe tensor.values.values.bytes, at: header.count + piece.bytes.lowerBound)
    }
    try file.synchronize()
    try File.rename(partial, to: path)
  }
}
