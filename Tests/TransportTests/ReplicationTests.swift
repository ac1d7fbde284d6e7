import Parameters
import Tensors
import Testing
import Wire

@testable import Transport

/// Two lanes without sockets: one that has updates, and one that holds their replica.
@Suite struct `A push that a replica is to hold` {
  private let run = settings(servers: 2)

  private func service(_ state: @escaping (Int) -> ChunkState = { zeros($0) }, lineage: UInt32 = 1) -> ParameterService
  {
    let all = smallManifest.chunks.indices
    let store = ParameterStore(
      smallManifest, owned: all, settings: run, optimizer: Summing(), keepsUpdates: true, state: state)
    let replica = Replica(smallManifest, owned: all, settings: run, optimizer: Summing())
    return ParameterService(
      store,
      replication: Replication(smallManifest, slots: 0, generation: 1, lineage: lineage, replica: replica) { 2 })
  }

  private func push(_ clock: UInt64, chunks: [UInt32], number: UInt64) -> Incoming {
    let parts = chunks.map { chunk in
      Message([Float](repeating: Float(clock), count: smallManifest.chunks[Int(chunk)].count).span)
    }
    let push = Request.Push(incarnation: 9, clock: clock, chunks: chunks.map { ChunkVersion(chunk: $0, version: 0) })
    return Incoming(
      sender: ReturnAddress(identity: [1], request: number), request: .push(push), parts: parts)
  }

  /// Carries what one forwards to the other, and the answers back.
  private func carry(_ one: inout ParameterService, to other: inout ParameterService) throws -> [UInt64] {
    var answered: [UInt64] = []
    while true {
      let forwards = one.takeForwards()
      if forwards.isEmpty { return answered }
      for forward in forwards {
        var reply: Reply?
        let incoming = Incoming(
          sender: ReturnAddress(identity: [2], request: 1), request: forward.request, parts: forward.parts)
        _ = other.answer([incoming]) { reply = $0.reply }
        try one.hear(try #require(reply), to: forward.request) { answered.append($0.address.request) }
      }
    }
  }

  @Test func `is acknowledged when it is held, and not before`() throws {
    var one = service()
    var other = service()
    var answered: [UInt64] = []
    _ = one.answer([push(1, chunks: [0, 1], number: 7)]) { answered.append($0.address.request) }
    _ = one.answer([push(1, chunks: [0, 1], number: 8)]) { answered.append($0.address.request) }  // a retry
    #expect(answered.isEmpty)
    #expect(one.store[0].version == 1)
    #expect(Set(try carry(&one, to: &other)) == [7, 8])
    _ = one.answer([push(1, chunks: [0, 1], number: 9)]) { answered.append($0.address.request) }
    #expect(answered == [9])
  }

  @Test func `comes back whole, with the memory of what was applied`() throws {
    var one = service()
    var other = service()
    for clock in 1...3 as ClosedRange<UInt64> {
      _ = one.answer([push(clock, chunks: [0, 2], number: clock)]) { _ in }
      _ = try carry(&one, to: &other)
    }
    var answer: ParameterService.Answer?
    let question = Incoming(
      sender: ReturnAddress(identity: [2], request: 1), request: .recover(generation: 2, chunks: [0, 1, 2]), parts: [])
    _ = other.answer([question]) { answer = $0 }
    let copies = try #require(answer)
    guard case .copies(let chunks, let lineage) = copies.reply else { throw TransportError.cancelled }
    #expect(lineage == 1)
    #expect(chunks.map(\.chunk) == [0, 2])
    let back = try CopiedParts(chunks, copies.parts, of: smallManifest, in: 0..<3, slots: 0)
    for (chunk, state) in back.states {
      #expect(state.values.array == one.store[chunk].values.array)
      #expect(state.values.array[0] == 6)
      #expect(state.contains(.init(incarnation: 9, clock: 3)))
    }
    // Whom the new start has replaced is not heard any more.
    _ = one.answer([push(4, chunks: [0], number: 4)]) { _ in }
    let forward = try #require(one.takeForwards().first)
    var reply: Reply?
    let late = Incoming(
      sender: ReturnAddress(identity: [3], request: 1), request: forward.request, parts: forward.parts)
    _ = other.answer([late]) { reply = $0.reply }
    guard case .refused? = reply else { throw TransportError.cancelled }
  }

  @Test func `of a version that no chunk has is refused, and one of the last that it can have is made`() throws {
    var other = service()
    func reply(to request: Request, _ parts: [Message]) -> Reply? {
      var reply: Reply?
      let incoming = Incoming(sender: ReturnAddress(identity: [2], request: 1), request: request, parts: parts)
      _ = other.answer([incoming]) { reply = $0.reply }
      return reply
    }
    let parts = CopiedParts([(0, zeros(0))]).parts
    let copy = Copy(
      number: 1, generation: 1, lineage: 1,
      chunks: [CopiedChunk(chunk: 0, version: ChunkState.largestVersion, applied: [])])
    #expect(reply(to: .copy(copy), parts) == .done)
    for (version, isMade) in [(ChunkState.largestVersion, true), (UInt64(Int64.max), false), (.max, false)] {
      let update = Replicate.Update(chunk: 0, version: version, learningRate: 1, names: [])
      let replicate = Replicate(number: 2, generation: 1, lineage: 1, updates: [update])
      #expect((reply(to: .replicate(replicate), parts) == .done) == isMade)
    }
  }

  @Test func `is held though somebody speaks for a start that was never made`() throws {
    var one = service()
    var other = service()
    for request in [Request.recover(generation: .max, chunks: []), .recover(generation: 3, chunks: [0])] {
      var reply: Reply?
      let incoming = Incoming(sender: ReturnAddress(identity: [2], request: 1), request: request, parts: [])
      _ = other.answer([incoming]) { reply = $0.reply }
      guard case .refused? = reply else { throw TransportError.cancelled }
    }
    var answered: [UInt64] = []
    _ = one.answer([push(1, chunks: [0], number: 7)]) { answered.append($0.address.request) }
    #expect(try carry(&one, to: &other) == [7])
  }

  @Test func `whose copies are not what they should be is refused`() throws {
    var other = service()
    let good = CopiedParts([(0, zeros(0))])
    let cases: [([CopiedChunk], [Message])] = [
      (good.chunks, []), (good.chunks, good.parts + good.parts),
      (good.chunks, [Message([UInt8](repeating: 0, count: 3))]),
      ([CopiedChunk(chunk: 99, version: 0, applied: [])], good.parts),
      ([CopiedChunk(chunk: 0, version: .max, applied: [])], good.parts),
      ([CopiedChunk(chunk: 0, version: ChunkState.largestVersion + 1, applied: [])], good.parts),
    ]
    for (chunks, parts) in cases {
      var reply: Reply?
      let copy = Copy(number: 1, generation: 1, lineage: 1, chunks: chunks)
      _ = other.answer([
        Incoming(sender: ReturnAddress(identity: [2], request: 1), request: .copy(copy), parts: parts)
      ]) { reply = $0.reply }
      guard case .refused? = reply else { throw TransportError.cancelled }
    }
  }
}
