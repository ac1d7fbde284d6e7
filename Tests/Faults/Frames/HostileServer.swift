import Foundation
import Parameters
import Synchronization
import Transport
import Wire

/// A server that answers each request with damaged replies first, and then with a right one.
final class HostileServer: Sendable {
  /// `host:port`.
  let address: String
  private let shared: Shared

  private final class Shared: Sendable {
    let sent = Atomic(0)
    let isStopped = Atomic(false)
    let hasEnded = DispatchSemaphore(value: 0)
  }

  /// How many damaged replies it has sent.
  var sent: Int { shared.sent.load(ordering: .relaxed) }

  /// - Parameters:
  ///   - value: What each right value is.
  ///   - replies: The damaged replies before each right one.
  init(in context: Context, manifest: Manifest, value: Float, replies: Int, seed: UInt64) throws {
    let address = Mutex<Result<String, any Error>?>(nil)
    let isReady = DispatchSemaphore(value: 0)
    let shared = Shared()
    self.shared = shared
    Thread.detachNewThread {
      defer { shared.hasEnded.signal() }
      do {
        let socket = try Socket(.router, in: context)
        let endpoint = try socket.bind("tcp://127.0.0.1:0")
        address.withLock { $0 = .success(String(endpoint.dropFirst("tcp://".count))) }
        isReady.signal()
        var answers = HostileAnswers(manifest, value: value, seed: seed)
        while !shared.isStopped.load(ordering: .relaxed) {
          guard let parts = try socket.receive() else {
            usleep(200)
            continue
          }
          for answer in try answers.next(replies, to: parts[1].array) {
            try socket.send([parts[0]] + answer.parts.map { Message($0) })
          }
          shared.sent.add(replies, ordering: .relaxed)
        }
      } catch {
        address.withLock { if $0 == nil { $0 = .failure(error) } }
        isReady.signal()
      }
    }
    isReady.wait()
    self.address = try address.withLock { $0! }.get()
  }

  func stop() {
    shared.isStopped.store(true, ordering: .relaxed)
    shared.hasEnded.wait()
  }
}

/// What a hostile server answers.
private struct HostileAnswers {
  private let manifest: Manifest
  private let value: Float
  private var samples: FrameSamples
  private var mutation: FrameMutation

  init(_ manifest: Manifest, value: Float, seed: UInt64) {
    self.manifest = manifest
    self.value = value
    samples = FrameSamples(manifest, run: 0, seed: seed)
    mutation = FrameMutation(seed: seed)
  }

  mutating func next(_ count: Int, to question: [UInt8]) throws -> [Frame] {
    let (envelope, request) = try Request.decode(question)
    guard case .pull(let chunks) = request else { throw TrialError("a pull was to come, \(request) came") }
    var answers: [Frame] = []
    while answers.count < count {
      var answer = answers.count % 2 == 0 ? samples.reply() : right(chunks, to: envelope, value: -value)
      answer.parts[0].replaceSubrange(8..<24, with: question[8..<24])
      mutation.apply(to: &answer)
      if !answer.parts.isEmpty, !isRight(answer, for: chunks, to: envelope) { answers.append(answer) }
    }
    return answers + [right(chunks, to: envelope, value: value)]
  }

  private func right(_ chunks: [UInt32], to envelope: Envelope, value: Float) -> Frame {
    let header = Envelope(run: envelope.run, generation: 1, request: envelope.request)
    let versions = chunks.map { ChunkVersion(chunk: $0, version: 1) }
    let values = chunks.map { chunk in
      let count = manifest.chunks[Int(chunk)].count
      return [[Float]](repeating: [value], count: count).flatMap { withUnsafeBytes(of: $0[0]) { Array($0) } }
    }
    return Frame([Reply.values(versions).encoded(header)] + values)
  }

  /// Whether damage left a reply that a client has to believe.
  private func isRight(_ answer: Frame, for chunks: [UInt32], to question: Envelope) -> Bool {
    guard let (envelope, reply) = try? Reply.decode(answer.parts[0]), case .values(let versions) = reply else {
      return false
    }
    return envelope.run == question.run && envelope.request == question.request && versions.map(\.chunk) == chunks
      && answer.parts.dropFirst().map(\.count) == chunks.map { manifest.chunks[Int($0)].count * 4 }
  }
}
