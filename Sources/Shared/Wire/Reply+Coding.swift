import Parameters

extension Reply {
  /// The message's first part.
  public func encoded(_ envelope: Envelope) -> [UInt8] {
    var writer = ByteWriter()
    envelope.write(operation: operation, to: &writer)
    switch self {
    case .settings(let json), .status(let json): writer.write(json)
    case .joined(let incarnation, let sampler):
      writer.write(incarnation)
      writer.write(sampler)
    case .values(let chunks): writer.write(chunks)
    case .pending, .unknown, .done: break
    case .directive(let instruction):
      writer.write(instruction.directive.rawValue)
      writer.write(UInt64(instruction.step))
      writer.write(instruction.clock)
      writer.write(instruction.leastClock)
    case .lease(let lease): writer.write(lease)
    case .saved(let folder, let record):
      writer.write(folder)
      writer.write(record)
    case .notSaved(let folder, let reason):
      writer.write(folder)
      writer.write(reason)
    case .behind(let chunks): writer.write(each: chunks) { $0.write($1) }
    case .copies(let chunks, let lineage):
      writer.write(lineage)
      writer.write(chunks)
    case .kept(let state): writer.write(state)
    case .snapshotTaken(let folder): writer.write(folder)
    case .lanes(let ports): writer.write(each: ports) { $0.write($1) }
    case .load(let generation, let received, let sent):
      writer.write(generation)
      writer.write(received)
      writer.write(sent)
    case .refused(let reason): writer.write(reason)
    }
    return writer.bytes
  }

  /// Reads a message's first part, to its last byte.
  public static func decode(_ bytes: [UInt8]) throws(WireError) -> (Envelope, Reply) {
    unsafe try decode(bytes.span.bytes)
  }

  /// Reads a message's first part, to its last byte.
  public static func decode(_ bytes: RawSpan) throws(WireError) -> (Envelope, Reply) {
    var reader = ByteReader(bytes)
    let (envelope, operation) = try Envelope.read(from: &reader)
    let reply = try Reply(operation, from: &reader)
    try reader.finish()
    return (envelope, reply)
  }

  private var operation: UInt8 {
    switch self {
    case .settings: 1
    case .joined: 2
    case .values: 3
    case .pending: 4
    case .unknown: 5
    case .directive: 6
    case .lease: 7
    case .done: 8
    case .status: 9
    case .saved: 10
    case .notSaved: 11
    case .refused: 12
    case .lanes: 13
    case .behind: 14
    case .copies: 15
    case .kept: 16
    case .snapshotTaken: 17
    case .load: 18
    }
  }

  private init(_ operation: UInt8, from reader: inout ByteReader) throws(WireError) {
    switch operation {
    case 1: self = .settings(try reader.readBytes())
    case 2: self = .joined(incarnation: try reader.read(), sampler: try reader.readString())
    case 3: self = .values(try reader.readChunkVersions())
    case 4: self = .pending
    case 5: self = .unknown
    case 6:
      let value: UInt8 = try reader.read()
      guard let directive = Coordinator.Directive(rawValue: value) else { throw .badValue("the directive \(value)") }
      self = .directive(
        Coordinator.Instruction(
          directive, step: try reader.readCount(), clock: try reader.read(), leastClock: try reader.read()))
    case 7: self = .lease(try reader.readLease())
    case 8: self = .done
    case 9: self = .status(try reader.readBytes())
    case 10: self = .saved(folder: try reader.readString(), record: try reader.readBytes())
    case 11: self = .notSaved(folder: try reader.readString(), reason: try reader.readString())
    case 12: self = .refused(try reader.readString())
    case 13: self = .lanes(try reader.readArray(ofAtLeast: 2) { reader throws(WireError) in try reader.read() })
    case 14: self = .behind(try reader.readNumbers())
    case 15:
      let lineage: UInt32 = try reader.read()
      self = .copies(try reader.readCopiedChunks(), lineage: lineage)
    case 16: self = .kept(try reader.readBytes())
    case 17: self = .snapshotTaken(folder: try reader.readString())
    case 18: self = .load(generation: try reader.read(), received: try reader.read(), sent: try reader.read())
    default: throw .unknownOperation(operation)
    }
  }
}

extension ByteWriter {
  mutating func write(_ chunks: [ChunkVersion]) {
    write(each: chunks) { writer, chunk in
      writer.write(chunk.chunk)
      writer.write(chunk.version)
    }
  }

  mutating func write(_ lease: Lease) {
    write(UInt64(lease.epoch))
    write(UInt64(lease.shard))
  }
}

extension ByteReader {
  mutating func readChunkVersions() throws(WireError) -> [ChunkVersion] {
    try readArray(ofAtLeast: 12) { reader throws(WireError) in
      ChunkVersion(chunk: try reader.read(), version: try reader.read())
    }
  }

  mutating func readLease() throws(WireError) -> Lease {
    Lease(epoch: try readCount(), shard: try readCount())
  }
}
