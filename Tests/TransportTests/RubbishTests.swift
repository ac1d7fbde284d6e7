import Foundation
import Parameters
import Tensors
import Testing
import Wire

@testable import Transport

@Suite final class `A server that is sent rubbish` {
  private let context: Context
  private let server: TestServer
  private let stranger: Socket

  init() throws {
    context = try Context()
    server = try TestServer(
      0, of: 2, in: context, manifest: smallManifest, settings: settings(servers: 2), optimizer: Summing(),
      state: { zeros($0) })
    stranger = try Socket(.dealer, in: context)
    try stranger.connect("tcp://\(server.address)")
  }

  private func send(_ parts: [Message]) throws {
    while try !stranger.send(parts) { usleep(1000) }
  }

  private func reply() throws -> (Envelope, Reply) {
    try Socket.wait(for: [stranger.interest], milliseconds: 5000)
    let parts = try #require(try stranger.receive())
    #expect(parts.count == 1)
    return try Reply.decode(parts[0].array)
  }

  /// Asks as nobody should, and returns why that was refused.
  private func refusal(of request: Request, _ parts: [Message] = [], run: UInt64 = 0xfeed) throws -> String {
    try send([Message(request.encoded(Envelope(run: run, generation: 1, request: 9)))] + parts)
    let (envelope, reply) = try reply()
    #expect(envelope == Envelope(run: 0xfeed, generation: 1, request: 9))
    guard case .refused(let reason) = reply else { return "not refused, but \(reply)" }
    return reason
  }

  /// It still serves, and nothing has changed.
  ///
  /// - Parameter droppedFrames: How many it must have counted; `nil` where that cannot be known.
  private func expectGoodHealth(droppedFrames: Int?) throws {
    let pull = Request.pull(chunks: [0])
    try send([Message(pull.encoded(Envelope(run: 0xfeed, generation: 1, request: 10)))])
    try Socket.wait(for: [stranger.interest], milliseconds: 5000)
    let parts = try #require(try stranger.receive())
    #expect(try Reply.decode(parts[0].array).1 == .values([ChunkVersion(chunk: 0, version: 0)]))
    #expect(parts.last?.withValues { values in values.indices.allSatisfy { values[$0] == 0 } } == true)
    try server.stop()
    #expect(server.report.droppedFrames == droppedFrames ?? server.report.droppedFrames)
    #expect(server.report.states.allSatisfy { $0.version == 0 && $0.applied.isEmpty })
  }

  private func push(_ chunks: [UInt32]) -> Request {
    .push(.init(incarnation: 1, clock: 1, chunks: chunks.map { ChunkVersion(chunk: $0, version: .max) }))
  }

  private func part(_ count: Int) -> Message { Message([Float](repeating: 1, count: count).span) }

  @Test func `counts it, says why, and goes on`() throws {
    var generator = SeededGenerator(seed: 3)
    for count in 0..<200 {
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      try send([Message(bytes)])
      let (envelope, reply) = try reply()
      #expect(envelope.request == 0)
      guard case .refused(let reason) = reply, reason.contains("frame") else {
        Issue.record("\(reply) came")
        return
      }
    }
    var other = Request.status.encoded(Envelope(run: 0xfeed, generation: 1, request: 9))
    other[2] = 9
    try send([Message(other)])
    #expect(try reply().1 == .refused("a frame of protocol version 9 came, \(Envelope.version) is expected"))
    #expect(
      try refusal(of: .status, run: 0xbad) == "this server serves run feed, the request is of run bad")
    try expectGoodHealth(droppedFrames: 202)
  }

  @Test func `takes no part of a push that is not whole`() throws {
    let size = smallManifest.chunks[0].count
    #expect(try refusal(of: push([0, 1]), [part(size)]) == "a push names 2 chunks, but brings 1 parts")
    #expect(
      try refusal(of: push([0]), (0..<1000).map { _ in part(size) }) == "a push names 1 chunks, but brings 1000 parts")
    #expect(try refusal(of: push([0]), []) == "a push names 1 chunks, but brings 0 parts")
    let wrong = "chunk 1 has \(4 * size) bytes, a push brings"
    #expect(try refusal(of: push([0, 1]), [part(size), part(size - 1)]) == "\(wrong) \(4 * size - 4)")
    #expect(
      try refusal(of: push([0, 1]), [part(size), Message([UInt8](repeating: 0, count: 4 * size + 1))])
        == "\(wrong) \(4 * size + 1)")
    try expectGoodHealth(droppedFrames: 0)
  }

  @Test func `gives and takes no chunk that it does not own, or twice`() throws {
    let size = smallManifest.chunks[0].count
    let foreign = UInt32(ShardPlan(smallManifest, servers: 2).runs[1].lowerBound)
    for chunk in [foreign, UInt32(smallManifest.chunks.count), .max] {
      let reason = "chunks 0..<\(foreign) are here, not \(chunk)"
      #expect(try refusal(of: push([0, chunk]), [part(size), part(size)]) == reason)
      #expect(try refusal(of: .pull(chunks: [0, chunk])) == reason)
      guard case .push(let named) = push([chunk]) else { return }
      #expect(try refusal(of: .outcome(named)) == reason)
    }
    let reason = "a request names a chunk more than once"
    #expect(try refusal(of: .pull(chunks: [1, 0, 1])) == reason)
    #expect(try refusal(of: push([0, 0]), [part(size), part(size)]) == reason)
    try expectGoodHealth(droppedFrames: 0)
  }

  @Test func `takes no more of it at once than of requests, so that it comes to its other work`() throws {
    var lane = try ServerLane(in: context, listening: "tcp://127.0.0.1:0", run: 0xfeed, generation: 1)
    let sender = try Socket(.dealer, in: context)
    try sender.connect(lane.endpoint)
    for _ in 0..<300 { while try !sender.send([Message([1, 2, 3])]) { usleep(1000) } }
    while lane.droppedFrames < 300 {
      let before = lane.droppedFrames
      #expect(try lane.receive(within: 5000, most: 100).isEmpty)
      #expect(lane.droppedFrames - before <= 100)
      try #require(lane.droppedFrames > before)
    }
  }

  @Test func `counts a message that is empty`() throws {
    try send([Message([UInt8]())])
    #expect(try reply().1 == .refused("a frame ends early: 1 bytes expected, 0 came"))
    try expectGoodHealth(droppedFrames: 1)
  }

  @Test func `does not mind connections that speak no ZeroMQ`() throws {
    var generator = SeededGenerator(seed: 4)
    let port = UInt16(server.address.split(separator: ":").last!)!
    for count in [1, 10, 64, 500, 5000] {
      let client = CuttingProxy.connect(to: port)
      let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
      #expect(Glibc.send(client, bytes, count, Int32(MSG_NOSIGNAL)) == count)
      close(client)
    }
    try expectGoodHealth(droppedFrames: nil)  // some of it ZeroMQ takes for frames of its first version
  }
}
