import Foundation
import Parameters
import Synchronization
import Wire

@testable import Transport

/// A server that answers whatever a test wants, true or not.
final class FakeServer: Sendable {
  /// The messages that answer a request, each by its parts.
  typealias Answers = @Sendable (Envelope, Request) -> [[Message]]

  /// `host:port`.
  let address: String
  private let shared = Shared()
  private let thread: Background<Void>

  private final class Shared: Sendable {
    let address = Mutex("")
    let isStopped = Atomic(false)
  }

  init(in context: Context, answers: @escaping Answers) {
    let shared = shared
    let isReady = DispatchSemaphore(value: 0)
    thread = Background {
      defer { isReady.signal() }
      let socket = try Socket(.router, in: context)
      let endpoint = try socket.bind("tcp://127.0.0.1:0")
      shared.address.withLock { $0 = String(endpoint.dropFirst("tcp://".count)) }
      isReady.signal()
      while !shared.isStopped.load(ordering: .relaxed) {
        try Socket.wait(for: [socket.interest], milliseconds: 5)
        guard let parts = try socket.receive() else { continue }
        let (envelope, request) = try Request.decode(parts[1].array)
        for answer in answers(envelope, request) { try socket.send([Message(parts[0].array)] + answer) }
      }
    }
    isReady.wait()
    address = shared.address.withLock { $0 }
  }

  func stop() throws {
    shared.isStopped.store(true, ordering: .relaxed)
    try thread.value()
  }

  /// A reply of a start of this server.
  static func message(
    _ reply: Reply, _ parts: [Message] = [], to envelope: Envelope, generation: UInt32 = 1, run: UInt64? = nil
  ) -> [Message] {
    let header = Envelope(run: run ?? envelope.run, generation: generation, request: envelope.request)
    return [Message(reply.encoded(header))] + parts
  }

  /// The values of all chunks of the small manifest: one number, everywhere.
  static func values(_ value: Float, to envelope: Envelope, generation: UInt32 = 1, run: UInt64? = nil) -> [Message] {
    let chunks = smallManifest.chunks
    return message(
      .values(chunks.indices.map { ChunkVersion(chunk: UInt32($0), version: 1) }),
      chunks.map { Message([Float](repeating: value, count: $0.count).span) }, to: envelope, generation: generation,
      run: run)
  }
}
