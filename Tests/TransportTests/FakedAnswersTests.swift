import Foundation
import Parameters
import Synchronization
import Tensors
import Testing
import Wire

@testable import Transport

@Suite struct `A worker that is answered with rubbish` {
  private let context: Context

  init() throws { context = try Context() }

  /// What comes of a pull of everything that a fake server answers.
  private func pull(_ answers: @escaping FakeServer.Answers) throws -> [[Float]] {
    try with(answers) { lines in
      try RemoteParameters(lines, manifest: smallManifest, incarnation: 1).pullAll()
    }
  }

  private func with<Value>(
    _ answers: @escaping FakeServer.Answers, _ body: (ServerLines) throws -> Value
  ) throws -> Value {
    let fake = FakeServer(in: context, answers: answers)
    let result = Result { try body(lines(in: context) { _ in fake.address }) }
    try fake.stop()
    return try result.get()
  }

  /// The one line that is thrown.
  private func complaint(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch {
      #expect(error is TransportError)
      let text = "\(error)"
      #expect(!text.contains("\n") && text.count < 400)
      return text
    }
  }

  private static let truth = smallManifest.entries.map { [Float](repeating: 5, count: $0.count) }

  @Test func `does not hear what cannot be read, what it did not ask, and what it heard before`() throws {
    let generator = Mutex(SeededGenerator(seed: 9))
    let values = try pull { envelope, _ in
      let noise = generator.withLock { generator in
        (0..<100).map { count in [Message((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })] }
      }
      var unasked = envelope
      unasked.request += 1
      let right = FakeServer.values(5, to: envelope)
      let cut = Reply.values([ChunkVersion(chunk: 0, version: 1)]).encoded(envelope).dropLast()
      return noise + [
        [Message(Array(cut))], FakeServer.values(66, to: unasked), FakeServer.message(.pending, to: envelope), right,
        FakeServer.values(66, to: envelope), right,
      ]
    }
    #expect(values == Self.truth)
  }

  @Test func `says so when the values are not those that it asked for`() throws {
    let all = smallManifest.chunks.indices.map { ChunkVersion(chunk: UInt32($0), version: .max) }
    let strangers = Array(all.dropLast()) + [ChunkVersion(chunk: .max, version: 1)]
    let wrong: [[ChunkVersion]] = [[], all.dropLast(), all + [all[0]], strangers, all.reversed()]
    for chunks in wrong {
      let text = complaint {
        _ = try pull { envelope, _ in
          let parts = chunks.map { chunk in
            let known = smallManifest.chunks.indices.contains(Int(chunk.chunk))
            return Message([Float](repeating: 0, count: known ? smallManifest.chunks[Int(chunk.chunk)].count : 1).span)
          }
          return [FakeServer.message(.values(chunks), parts, to: envelope)]
        }
      }
      #expect(
        text.contains("the 23 chunks that were asked for expected, \(chunks.count) parts for \(chunks.count) chunks"))
    }
  }

  @Test func `says so when the parts do not fit`() throws {
    let changes: [(@Sendable (inout [Message]) -> Void, String)] = [
      ({ $0.removeLast() }, "the 23 chunks that were asked for expected, 22 parts for 23 chunks came"),
      ({ $0.append(Message([1])) }, "the 23 chunks that were asked for expected, 24 parts for 23 chunks came"),
      ({ $0 = [] }, "the 23 chunks that were asked for expected, 0 parts for 23 chunks came"),
      ({ $0[2] = Message([UInt8]()) }, "chunk 2 expected in 480 bytes, 0 came"),
      ({ $0[22] = Message([1]) }, "chunk 22 expected in 372 bytes, 1 came"),
      ({ $0[0] = $0[22] }, "chunk 0 expected in 360 bytes, 372 came"),
    ]
    for (change, expected) in changes {
      let text = complaint {
        _ = try pull { envelope, _ in
          var message = FakeServer.values(5, to: envelope)
          var parts = Array(message.dropFirst())
          change(&parts)
          message.replaceSubrange(1..., with: parts)
          return [message]
        }
      }
      #expect(text == "a server's answer: \(expected)")
    }
  }

  @Test(arguments: [
    Reply.settings([1, 2]), .joined(incarnation: 1, sampler: ""), .directive(.init(.proceed, step: .max)),
    .lease(Lease(epoch: 0, shard: 0)), .done, .status([]), .saved(folder: "", record: []),
    .notSaved(folder: "", reason: ""), .lanes([]),
  ]) func `says so when it asked something else`(reply: Reply) throws {
    let text = complaint { _ = try pull { envelope, _ in [FakeServer.message(reply, to: envelope)] } }
    #expect(text.hasPrefix("a server's answer: a reply to what was asked expected, '"))
    #expect("'\(reply)".hasPrefix(text.split(separator: ", ")[1].dropLast("' came".count)))
  }

  @Test func `tells of a refusal and of another protocol`() throws {
    #expect(
      complaint { _ = try pull { envelope, _ in [FakeServer.message(.refused("because"), to: envelope)] } }
        == "refused: because")
    #expect(
      complaint {
        _ = try pull { _, _ in
          [FakeServer.message(.refused("unread"), to: Envelope(run: 0xfeed, generation: 1, request: 0))]
        }
      } == "refused: unread")
    #expect(
      complaint {
        _ = try pull { envelope, _ in
          var header = Reply.done.encoded(envelope)
          header[2] = 9
          return [[Message(header)]]
        }
      } == "a server's answer: a frame of protocol version 9 came, \(Envelope.version) is expected")
  }

  @Test func `goes on looking for its server where one of another run has taken the port`() throws {
    let stranger = FakeServer(in: context) { envelope, _ in
      [FakeServer.message(.refused("elsewhere"), to: envelope, run: 0xbad)]
    }
    let impatient = try lines(in: context, giveUpSeconds: 1) { _ in stranger.address }
    let text = complaint {
      _ = try RemoteParameters(impatient, manifest: smallManifest, incarnation: 1).pullAll()
    }
    #expect(text.contains("(one of another run is there: elsewhere) was to answer"), "\(text)")

    let own = FakeServer(in: context) { envelope, _ in [FakeServer.values(5, to: envelope)] }
    let isFound = Atomic(false)
    let patient = try lines(in: context) { _ in
      isFound.exchange(true, ordering: .relaxed) ? own.address : stranger.address
    }
    #expect(try RemoteParameters(patient, manifest: smallManifest, incarnation: 1).pullAll() == Self.truth)
    for server in [stranger, own] { try server.stop() }
  }

  @Test func `counts steps up to the last that there is`() throws {
    let answers: FakeServer.Answers = { envelope, _ in
      [FakeServer.message(.directive(.init(.wait, step: .max)), to: envelope)]
    }
    try with(answers) { lines in
      let client = RemoteParameters(lines, manifest: smallManifest, incarnation: 1)
      client.advance(weights: 0, completed: nil)
      let instruction = try client.awaitDirective { _, _, _ in }
      #expect(instruction == .init(.wait, step: .max))
    }
  }

  @Test func `has the values that come while it waits for a directive at once, and once`() throws {
    let answers: FakeServer.Answers = { envelope, request in
      guard case .pull = request else {
        return [FakeServer.message(.directive(.init(.proceed, step: 1)), to: envelope)]
      }
      return [FakeServer.values(5, to: envelope)]
    }
    try with(answers) { lines in
      let client = RemoteParameters(lines, manifest: smallManifest, incarnation: 1)
      let all = smallManifest.entries.indices
      client.pull(tensors: all)
      client.advance(weights: 0, completed: nil)
      var installed: [Int] = []
      _ = try client.awaitDirective { tensor, _, values in installed += values.indices.map { _ in tensor } }
      #expect(installed == all.flatMap { [Int](repeating: $0, count: smallManifest.entries[$0].count) })
      try client.wait(forTensors: all) { tensor, _, _ in Issue.record("tensor \(tensor) came once more") }
    }
  }

  @Test func `believes no settings that are not`() throws {
    func hear(_ json: [UInt8]) throws -> RunSettings {
      let answers: FakeServer.Answers = { envelope, _ in [FakeServer.message(.settings(json), to: envelope)] }
      return try with(answers) { try $0.settings() }
    }
    func encode(_ change: (inout RunSettings) -> Void) throws -> [UInt8] {
      var settings = settings()
      change(&settings)
      return try Array(JSONEncoder().encode(settings))
    }
    var generator = SeededGenerator(seed: 1)
    let noise = (0..<300).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let impossible = [
      try encode { $0.batch = 0 }, try encode { $0.poolPatches = -1 }, try encode { $0.classes = 0 },
      try encode { $0.servers = 0 },
    ]
    for json in [[], Array("{}".utf8), Array("[1, 2".utf8), noise] + impossible {
      let expected = "a run's settings expected as JSON, with sizes above 0, \(json.count) other bytes came"
      #expect(complaint { _ = try hear(json) } == "a server's answer: \(expected)")
    }
    #expect(try hear(encode { _ in }) == settings())
  }

  @Test func `gives up a server that never answers, after as long as it may wait`() throws {
    let fake = FakeServer(in: context) { _, _ in [] }
    let lines = try ServerLines(
      in: context, servers: 1, run: 0xfeed,
      patience: Patience(retrySeconds: 0.05, longestRetrySeconds: 0.1, giveUpSeconds: 1), address: { _ in fake.address }
    )
    let start = Clock.seconds
    #expect(throws: TransportError.silent(server: "tcp://\(fake.address)", seconds: 1)) {
      try lines.answer(to: .status)
    }
    #expect((1...3).contains(Clock.seconds - start))
    try fake.stop()
  }

  @Test func `stops waiting when it is told to, but takes leave all the same`() throws {
    let isCancelled = Mutex(false)
    let fake = FakeServer(in: context) { envelope, request in
      guard case .leave(7, let read) = request, read == [Lease(epoch: 1, shard: 2)] else {
        isCancelled.withLock { $0 = true }
        return []
      }
      return [FakeServer.message(.done, to: envelope)]
    }
    let lines = try ServerLines(
      in: context, servers: 1, run: 0xfeed, address: { _ in fake.address },
      isCancelled: { isCancelled.withLock { $0 } })
    let client = RemoteParameters(lines, manifest: smallManifest, incarnation: 7)
    #expect(throws: TransportError.cancelled) { try client.pullAll() }
    try client.leave(read: [Lease(epoch: 1, shard: 2)])
    try fake.stop()
  }
}
