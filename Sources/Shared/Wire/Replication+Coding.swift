import Parameters

extension ByteWriter {
  mutating func write(_ replicate: Replicate) {
    write(replicate.number)
    write(replicate.generation)
    write(replicate.lineage)
    write(each: replicate.updates) { writer, update in
      writer.write(update.chunk)
      writer.write(update.version)
      writer.write(update.learningRate)
      writer.write(update.names)
    }
  }

  mutating func write(_ chunks: [CopiedChunk]) {
    write(each: chunks) { writer, chunk in
      writer.write(chunk.chunk)
      writer.write(chunk.version)
      writer.write(chunk.applied)
    }
  }

  private mutating func write(_ names: [ChunkState.Applied]) {
    write(each: names) { writer, name in
      writer.write(name.incarnation)
      writer.write(name.clock)
    }
  }
}

extension Replicate {
  init(from reader: inout ByteReader) throws(WireError) {
    let number: UInt64 = try reader.read()
    let generation: UInt32 = try reader.read()
    let lineage: UInt32 = try reader.read()
    let updates = try reader.readArray(ofAtLeast: 20) { reader throws(WireError) in
      Update(
        chunk: try reader.read(), version: try reader.read(), learningRate: try reader.readFloat(),
        names: try reader.readNames())
    }
    self.init(number: number, generation: generation, lineage: lineage, updates: updates)
  }
}

extension ByteReader {
  mutating func readCopiedChunks() throws(WireError) -> [CopiedChunk] {
    try readArray(ofAtLeast: 16) { reader throws(WireError) in
      CopiedChunk(chunk: try reader.read(), version: try reader.read(), applied: try reader.readNames())
    }
  }

  mutating func readNumbers() throws(WireError) -> [UInt32] {
    try readArray(ofAtLeast: 4) { reader throws(WireError) in try reader.read() }
  }

  fileprivate mutating func readNames() throws(WireError) -> [ChunkState.Applied] {
    try readArray(ofAtLeast: 16) { reader throws(WireError) in
      ChunkState.Applied(incarnation: try reader.read(), clock: try reader.read())
    }
  }
}
