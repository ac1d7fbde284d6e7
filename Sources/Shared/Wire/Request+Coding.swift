import Parameters

extension Request {
  /// The message's first part.
  public func encoded(_ envelope: Envelope) -> [UInt8] {
    var writer = ByteWriter()
    envelope.write(operation: operation, to: &writer)
    writeBody(to: &writer)
    return writer.bytes
  }

  /// Reads a message's first part, to its last byte.
  public static func decode(_ bytes: [UInt8]) throws(WireError) -> (Envelope, Request) {
    unsafe try decode(bytes.span.bytes)
  }

  /// Reads a message's first part, to its last byte.
  public static func decode(_ bytes: RawSpan) throws(WireError) -> (Envelope, Request) {
    var reader = ByteReader(bytes)
    let (envelope, operation) = try Envelope.read(from: &reader)
    let request = try Request(operation, from: &reader)
    try reader.finish()
    return (envelope, request)
  }

  private var operation: UInt8 {
    switch self {
    case .settings: 1
    case .join: 2
    case .pull: 3
    case .push: 4
    case .outcome: 5
    case .advance: 6
    case .lease: 7
    case .report: 8
    case .leave: 9
    case .status: 10
    case .scale: 11
    case .stop: 12
    case .save: 13
    case .end: 14
    case .lanes: 15
    case .replicate: 16
    case .copy: 17
    case .recover: 18
    case .keep: 19
    case .kept: 20
    case .sampler: 21
    case .snapshot: 22
    case .attend: 23
    case .validation: 24
    case .load: 25
    case .retire: 26
    }
  }

  private func writeBody(to writer: inout ByteWriter) {
    switch self {
    case .settings, .status, .stop, .end, .lanes, .load: break
    case .join(let join):
      writer.write(join.index)
      writer.write(join.process)
      writer.write(join.manifest)
      writer.write(join.vocabulary)
    case .pull(let chunks): writer.write(each: chunks) { $0.write($1) }
    case .push(let push), .outcome(let push):
      writer.write(push.incarnation)
      writer.write(push.clock)
      writer.write(push.chunks)
    case .advance(let incarnation, let weights, let completed):
      writer.write(incarnation)
      writer.write(weights)
      writer.write(completed == nil ? UInt8(0) : 1)
      if let completed { writer.write(completed) }
    case .lease(let incarnation, let holding, let read):
      writer.write(incarnation)
      writer.write(holding)
      writer.write(read)
    case .report(let incarnation, let index, let process):
      writer.write(incarnation)
      writer.write(index)
      writer.write(process)
    case .attend(let index, let process, let step):
      writer.write(index)
      writer.write(process)
      writer.write(step)
    case .validation(let result): writer.write(result)
    case .retire(let index, let process):
      writer.write(index)
      writer.write(process)
    case .leave(let incarnation, let read):
      writer.write(incarnation)
      writer.write(read)
    case .scale(let workers): writer.write(workers)
    case .save(let folder), .snapshot(let folder): writer.write(folder)
    case .sampler(let incarnation, let state):
      writer.write(incarnation)
      writer.write(state)
    case .replicate(let replicate): writer.write(replicate)
    case .copy(let copy):
      writer.write(copy.number)
      writer.write(copy.generation)
      writer.write(copy.lineage)
      writer.write(copy.chunks)
    case .recover(let generation, let chunks):
      writer.write(generation)
      writer.write(each: chunks) { $0.write($1) }
    case .keep(let generation, let state):
      writer.write(generation)
      writer.write(state)
    case .kept(let generation): writer.write(generation)
    }
  }

  private init(_ operation: UInt8, from reader: inout ByteReader) throws(WireError) {
    switch operation {
    case 1: self = .settings
    case 2:
      let index: UInt32 = try reader.read()
      let process: UInt32 = try reader.read()
      let manifest: UInt64 = try reader.read()
      self = .join(Join(index: index, process: process, manifest: manifest, vocabulary: try reader.readString()))
    case 3: self = .pull(chunks: try reader.readNumbers())
    case 4: self = .push(try Push(from: &reader))
    case 5: self = .outcome(try Push(from: &reader))
    case 6:
      let incarnation: UInt64 = try reader.read()
      let weights: UInt64 = try reader.read()
      let hasCompleted = try reader.readFlag()
      self = .advance(
        incarnation: incarnation, weights: weights, completed: hasCompleted ? try .init(from: &reader) : nil)
    case 7:
      let incarnation: UInt64 = try reader.read()
      let holding = try reader.readLeases()
      self = .lease(incarnation: incarnation, holding: holding, read: try reader.readLeases())
    case 8:
      let incarnation: UInt64 = try reader.read()
      let index: UInt32 = try reader.read()
      self = .report(incarnation: incarnation, index: index, process: try reader.read())
    case 9: self = .leave(incarnation: try reader.read(), read: try reader.readLeases())
    case 10: self = .status
    case 11: self = .scale(workers: try reader.read())
    case 12: self = .stop
    case 13: self = .save(folder: try reader.readString())
    case 14: self = .end
    case 15: self = .lanes
    case 16: self = .replicate(try Replicate(from: &reader))
    case 17:
      let number: UInt64 = try reader.read()
      let generation: UInt32 = try reader.read()
      let lineage: UInt32 = try reader.read()
      self = .copy(
        Copy(number: number, generation: generation, lineage: lineage, chunks: try reader.readCopiedChunks()))
    case 18: self = .recover(generation: try reader.read(), chunks: try reader.readNumbers())
    case 19: self = .keep(generation: try reader.read(), state: try reader.readBytes())
    case 20: self = .kept(generation: try reader.read())
    case 21: self = .sampler(incarnation: try reader.read(), state: try reader.readString())
    case 22: self = .snapshot(folder: try reader.readString())
    case 23:
      let index: UInt32 = try reader.read()
      let process: UInt32 = try reader.read()
      self = .attend(index: index, process: process, scoring: try reader.read())
    case 24: self = .validation(try reader.readBytes())
    case 25: self = .load
    case 26:
      let index: UInt32 = try reader.read()
      self = .retire(index: index, process: try reader.read())
    default: throw .unknownOperation(operation)
    }
  }
}

extension Request.Push {
  fileprivate init(from reader: inout ByteReader) throws(WireError) {
    let incarnation: UInt64 = try reader.read()
    let clock: UInt64 = try reader.read()
    self.init(incarnation: incarnation, clock: clock, chunks: try reader.readChunkVersions())
  }
}

extension Coordinator.Completion {
  fileprivate init(from reader: inout ByteReader) throws(WireError) {
    let clock: UInt64 = try reader.read()
    let step = try reader.readCount()
    let examples = Int(try reader.read(UInt32.self))
    self.init(
      clock: clock, basedOnStep: step, examples: examples, loss: try reader.readFloat(),
      waitedSeconds: try reader.readFloat(), seconds: try reader.readFloat())
  }
}

extension ByteWriter {
  fileprivate mutating func write(_ completed: Coordinator.Completion) {
    write(completed.clock)
    write(UInt64(completed.basedOnStep))
    write(UInt32(completed.examples))
    write(completed.loss)
    write(completed.waitedSeconds)
    write(completed.seconds)
  }

  fileprivate mutating func write(_ leases: [Lease]) {
    write(each: leases) { $0.write($1) }
  }
}

extension ByteReader {
  fileprivate mutating func readLeases() throws(WireError) -> [Lease] {
    try readArray(ofAtLeast: 16) { reader throws(WireError) in try reader.readLease() }
  }
}
