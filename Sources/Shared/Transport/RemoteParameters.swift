public import Parameters
public import Tensors
import Wire

/// The servers of a run, over ZeroMQ.
public final class RemoteParameters: ParameterClient {
  private let manifest: Manifest
  private let plan: ShardPlan
  private let incarnation: UInt64
  private let lines: ServerLines
  /// The version of each chunk's values as they came last.
  private var versions: [UInt64]
  /// How many answers with values are still to come for each chunk.
  private var awaited: [Int]
  private var advanceNumber: UInt64?
  private var directive: (Coordinator.Directive, step: Int)?

  /// - Parameter incarnation: What server 0 gave the worker when it joined (`ServerLines.join`).
  public init(_ lines: ServerLines, manifest: Manifest, incarnation: UInt64) {
    self.lines = lines
    self.manifest = manifest
    plan = ShardPlan(manifest, servers: lines.count)
    self.incarnation = incarnation
    versions = [UInt64](repeating: 0, count: manifest.chunks.count)
    awaited = [Int](repeating: 0, count: manifest.chunks.count)
  }

  public func pull(tensors: Range<Int>) {
    for (server, chunks) in chunksByServer(ofTensors: tensors) {
      for chunk in chunks { awaited[chunk] += 1 }
      lines.ask(server, .pull(chunks: chunks.map(UInt32.init)))
    }
  }

  public func push(clock: UInt64, tensors: Range<Int>, gradients: [Tensor]) {
    for (server, chunks) in chunksByServer(ofTensors: tensors) {
      let named = chunks.map { ChunkVersion(chunk: UInt32($0), version: versions[$0]) }
      let parts = chunks.map { index in
        let chunk = manifest.chunks[index]
        let first = chunk.rows.lowerBound * chunk.rowLength
        awaited[index] += 1
        let gradient = gradients[chunk.tensor - tensors.lowerBound]
        return Message(gradient.values.extracting(first..<first + chunk.count))
      }
      lines.ask(server, .push(Request.Push(incarnation: incarnation, clock: clock, chunks: named)), parts: parts)
    }
  }

  public func wait(forTensors tensors: Range<Int>, install: (Int, Int, Span<Float>) -> Void) throws {
    let chunks = chunks(ofTensors: tensors)
    try lines.drive(
      until: { chunks.allSatisfy { awaited[$0] == 0 } }, handle: { try take($0, $1, install: install) })
  }

  public func advance(completed: Coordinator.Completion?) {
    directive = nil
    advanceNumber = lines.ask(0, .advance(incarnation: incarnation, completed: completed))
  }

  public func directive(
    install: (Int, Int, Span<Float>) -> Void
  ) throws -> (Coordinator.Directive, step: Int) {
    precondition(advanceNumber != nil, "directive before advance")
    try lines.drive(until: { directive != nil }, handle: { try take($0, $1, install: install) })
    return directive!
  }

  public func lease(holding: [Lease], read: [Lease]) throws -> Lease {
    var lease: Lease?
    lines.ask(0, .lease(incarnation: incarnation, holding: holding, read: read))
    try lines.drive(until: { lease != nil }) { reply, _ in
      guard case .lease(let given) = reply else { throw TransportError.unexpected(reply, for: "lease") }
      lease = given
    }
    return lease!
  }

  public func leave(read: [Lease]) throws {
    lines.forgetAll()
    var isDone = false
    lines.ask(0, .leave(incarnation: incarnation, read: read))
    try lines.drive(until: { isDone }, evenIfCancelledFor: 5) { _, _ in isDone = true }
  }

  private func take(_ reply: Reply, _ parts: [Message], install: (Int, Int, Span<Float>) -> Void) throws {
    switch reply {
    case .directive(let directive, let step):
      self.directive = (directive, Int(clamping: step))
    case .values(let chunks):
      guard parts.count == chunks.count else { throw TransportError.unexpected(reply, for: "values of chunks") }
      for (item, part) in zip(chunks, parts) {
        guard manifest.chunks.indices.contains(Int(item.chunk)) else {
          throw TransportError.unexpected(reply, for: "values of chunks")
        }
        let index = Int(item.chunk)
        let chunk = manifest.chunks[index]
        versions[index] = item.version
        awaited[index] -= 1
        if part.count == 0 { continue }
        guard part.count == chunk.count * MemoryLayout<Float>.size else {
          throw TransportError.unexpected(reply, for: "\(chunk.count) values")
        }
        part.withValues { install(chunk.tensor, chunk.rows.lowerBound, $0) }
      }
    default:
      throw TransportError.unexpected(reply, for: "values or a directive")
    }
  }

  private func chunks(ofTensors tensors: Range<Int>) -> Range<Int> {
    guard let first = tensors.first, let last = tensors.last else { return 0..<0 }
    return manifest.chunks(ofTensor: first).lowerBound..<manifest.chunks(ofTensor: last).upperBound
  }

  private func chunksByServer(ofTensors tensors: Range<Int>) -> [(server: Int, chunks: Range<Int>)] {
    let wanted = chunks(ofTensors: tensors)
    return plan.runs.enumerated().compactMap { server, run in
      let chunks = run.clamped(to: wanted)
      return chunks.isEmpty ? nil : (server, chunks)
    }
  }
}

extension TransportError {
  static func unexpected(_ reply: Reply, for expected: String) -> TransportError {
    .call("a server's answer", reason: "\(expected) expected, \(reply) came")
  }
}
