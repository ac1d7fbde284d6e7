import Parameters
import Testing
import Wire

private let envelope = Envelope(run: 0x0102_0304_0506_0708, generation: 9, request: .max)
private let push = Request.Push(
  incarnation: 1 << 32 | 3, clock: 77,
  chunks: [ChunkVersion(chunk: 0, version: 5), ChunkVersion(chunk: 9, version: .max)])
private let leases = [Lease(epoch: 0, shard: 3), Lease(epoch: 4, shard: 1)]

private let applied = [
  ChunkState.Applied(incarnation: 1, clock: 2), ChunkState.Applied(incarnation: 7, clock: .max),
]
private let replicate = Replicate(
  number: .max, generation: 3, lineage: 2,
  updates: [
    .init(chunk: 7, version: 8, learningRate: 0.25, names: applied),
    .init(chunk: 0, version: 0, learningRate: 1, names: []),
  ])
private let copied = [
  CopiedChunk(chunk: 3, version: 9, applied: applied), CopiedChunk(chunk: 4, version: 0, applied: []),
]

private let requests: [Request] = [
  .settings, .join(Request.Join(index: 2, process: 4711, manifest: 0xfeed, vocabulary: "Ünïcode")),
  .pull(chunks: [1, 2, .max]), .push(push), .outcome(push), .advance(incarnation: 5, weights: 9, completed: nil),
  .advance(
    incarnation: 5, weights: 0,
    completed: Coordinator.Completion(
      clock: 7, basedOnStep: 6, examples: 128, loss: -0.5, waitedSeconds: 0.25, seconds: 3)),
  .sampler(incarnation: 5, state: "{…}"), .snapshot(folder: "step-5"),
  .lease(incarnation: 5, holding: leases, read: []), .report(incarnation: 5, index: 1, process: 2),
  .attend(index: 1, process: .max, scoring: 1 << 40), .validation([1, 2]), .retire(index: 7, process: .max),
  .leave(incarnation: 5, read: leases),
  .status,
  .scale(workers: 64), .stop, .save(folder: "step-5"), .end, .load,
  .lanes, .replicate(replicate), .copy(Copy(number: 1, generation: 3, lineage: 2, chunks: copied)),
  .recover(generation: 4, chunks: [0, .max]), .keep(generation: 1, state: [5]), .kept(generation: 2),
]

private let replies: [Reply] = [
  .settings([1, 2, 3]), .joined(incarnation: 9, sampler: "{}"), .values(push.chunks), .pending, .unknown,
  .directive(.init(.finish, step: 1000, clock: 7, leastClock: .max)), .snapshotTaken(folder: "step-5"),
  .lease(leases[1]), .done, .status([]), .saved(folder: "step-5", record: [0]),
  .notSaved(folder: "step-5", reason: "no space"),
  .refused("another model"), .lanes([1, .max]), .behind([3]), .copies(copied, lineage: 6), .kept([]), .kept([1, 2]),
  .load(generation: 3, received: 7, sent: .max),
]

@Suite struct `Messages on the wire` {
  @Test(arguments: requests)
  func `bring a request whole`(_ request: Request) throws {
    let (readEnvelope, readRequest) = try Request.decode(request.encoded(envelope))
    #expect(readEnvelope == envelope)
    #expect(readRequest == request)
  }

  @Test(arguments: replies)
  func `bring a reply whole`(_ reply: Reply) throws {
    let (readEnvelope, readReply) = try Reply.decode(reply.encoded(envelope))
    #expect(readEnvelope == envelope)
    #expect(readReply == reply)
  }

  @Test func `are refused when cut anywhere or followed by anything`() {
    for bytes in requests.map({ $0.encoded(envelope) }) {
      for length in bytes.indices { #expect(throws: WireError.self) { try Request.decode(Array(bytes[..<length])) } }
      #expect(throws: WireError.trailing(1)) { try Request.decode(bytes + [0]) }
    }
    for bytes in replies.map({ $0.encoded(envelope) }) {
      for length in bytes.indices { #expect(throws: WireError.self) { try Reply.decode(Array(bytes[..<length])) } }
      #expect(throws: WireError.trailing(1)) { try Reply.decode(bytes + [0]) }
    }
  }

  @Test func `of another protocol, version or operation are told apart`() {
    var bytes = Request.status.encoded(envelope)
    bytes[3] = 99
    #expect(throws: WireError.unknownOperation(99)) { try Request.decode(bytes) }
    bytes[2] = 7
    #expect(throws: WireError.unknownVersion(7)) { try Request.decode(bytes) }
    bytes[0] = 0
    #expect(throws: WireError.notAntiphon) { try Request.decode(bytes) }
  }

  @Test func `with a count that cannot be are refused before anything is allocated`() {
    var bytes = Request.pull(chunks: [1]).encoded(envelope)
    bytes.replaceSubrange(24..<28, with: [255, 255, 255, 255])
    #expect(throws: WireError.truncated(needed: 4 * 0xffff_ffff, available: 4)) { try Request.decode(bytes) }
  }

  @Test func `never crash a reader, whatever their bytes are`() {
    var generator = SystemRandomNumberGenerator()
    for request in requests {
      for _ in 0..<200 {
        var bytes = request.encoded(envelope)
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
        _ = try? Request.decode(bytes)
        _ = try? Reply.decode(bytes)
      }
    }
  }
}
