public import Parameters
import Tensors
import Wire

/// Right requests and replies of every kind, with values drawn at random, as many as one wants.
public struct FrameSamples {
  private let manifest: Manifest
  private let run: UInt64
  private var generator: SeededGenerator

  /// - Parameter run: The run that the frames are of.
  public init(_ manifest: Manifest, run: UInt64, seed: UInt64) {
    self.manifest = manifest
    self.run = run
    generator = SeededGenerator(seed: seed, stream: "samples")
  }

  /// A request, and the values that belong to it.
  public mutating func request() -> Frame {
    let request = anyRequest()
    var parts = [request.encoded(envelope())]
    switch request {
    case .push(let push): parts += push.chunks.map { values(of: $0.chunk) }
    case .replicate(let replicate): parts += replicate.updates.map { values(of: $0.chunk) }
    case .copy(let copy): parts += copy.chunks.map { values(of: $0.chunk) }
    default: break
    }
    return Frame(parts)
  }

  /// A reply, and the values that belong to it.
  public mutating func reply() -> Frame {
    let reply = anyReply()
    var parts = [reply.encoded(envelope())]
    if case .values(let chunks) = reply { parts += chunks.map { values(of: $0.chunk) } }
    return Frame(parts)
  }

  private mutating func anyRequest() -> Request {
    switch Int.random(in: 0..<24, using: &generator) {
    case 0: .settings
    case 1:
      .join(.init(index: number(), process: number(), manifest: generator.next(), vocabulary: text()))
    case 2, 3: .pull(chunks: chunks().map(\.chunk))
    case 4, 5, 6: .push(push())
    case 7: .outcome(push())
    case 8: .advance(incarnation: incarnation(), weights: generator.next(), completed: nil)
    case 9: .advance(incarnation: incarnation(), weights: generator.next(), completed: completion())
    case 10: .lease(incarnation: incarnation(), holding: leases(), read: leases())
    case 11: .report(incarnation: incarnation(), index: number(), process: number())
    case 12: .leave(incarnation: incarnation(), read: leases())
    case 13: .status
    case 14: .scale(workers: number())
    case 15: [.save(folder: text()), .snapshot(folder: text())].randomElement(using: &generator)!
    case 16: .replicate(replicate())
    case 17: .copy(Copy(number: generator.next(), generation: number(), lineage: number(), chunks: copied()))
    case 18: .recover(generation: number(), chunks: chunks().map(\.chunk))
    case 19: .keep(generation: number(), state: bytes())
    case 20: [.lanes, .kept(generation: number())].randomElement(using: &generator)!
    case 21: .sampler(incarnation: incarnation(), state: text())
    case 22:
      [
        .attend(index: number(), process: number(), scoring: generator.next()), .validation(bytes()),
        .retire(index: number(), process: number()),
      ].randomElement(using: &generator)!
    default: [.stop, .end].randomElement(using: &generator)!
    }
  }

  private mutating func anyReply() -> Reply {
    switch Int.random(in: 0..<15, using: &generator) {
    case 0: .settings(bytes())
    case 1: .joined(incarnation: incarnation(), sampler: text())
    case 2, 3: .values(chunks())
    case 4: [.pending, .unknown, .done].randomElement(using: &generator)!
    case 5:
      .directive(
        .init(
          [.proceed, .wait, .finish, .tellSampler].randomElement(using: &generator)!, step: Int(generator.next() >> 1),
          clock: generator.next(), leastClock: generator.next()))
    case 6: .lease(leases().first ?? Lease(epoch: 0, shard: 0))
    case 7: .status(bytes())
    case 8: [.snapshotTaken(folder: text()), .saved(folder: text(), record: bytes())].randomElement(using: &generator)!
    case 9: .notSaved(folder: text(), reason: text())
    case 10: .copies(copied(), lineage: number())
    case 11: .behind(chunks().map(\.chunk))
    case 12: [.kept(bytes()), .lanes([1, .max])].randomElement(using: &generator)!
    default: .refused(text())
    }
  }

  private mutating func envelope() -> Envelope {
    Envelope(run: run, generation: 1, request: UInt64.random(in: 1...50, using: &generator))
  }

  private mutating func push() -> Request.Push {
    .init(incarnation: incarnation(), clock: UInt64.random(in: 1...9, using: &generator), chunks: chunks())
  }

  private mutating func replicate() -> Replicate {
    Replicate(
      number: generator.next(), generation: number(), lineage: number(),
      updates: chunks().map {
        .init(chunk: $0.chunk, version: $0.version, learningRate: Float(bitPattern: number()), names: applied())
      })
  }

  private mutating func copied() -> [CopiedChunk] {
    chunks().map { CopiedChunk(chunk: $0.chunk, version: $0.version, applied: applied()) }
  }

  private mutating func applied() -> [ChunkState.Applied] {
    (0..<Int.random(in: 0...2, using: &generator)).map { _ in .init(incarnation: incarnation(), clock: generator.next())
    }
  }

  private mutating func completion() -> Coordinator.Completion {
    .init(
      clock: generator.next(), basedOnStep: Int(number()), examples: Int(number()),
      loss: Float(bitPattern: number()))
  }

  /// Up to eight chunks of the manifest, in order.
  private mutating func chunks() -> [ChunkVersion] {
    let first = Int.random(in: manifest.chunks.indices, using: &generator)
    let last = Int.random(in: first...min(first + 8, manifest.chunks.count), using: &generator)
    return (first..<last).map { ChunkVersion(chunk: UInt32($0), version: version()) }
  }

  private mutating func version() -> UInt64 {
    [UInt64(Int.random(in: 0...3, using: &generator)), UInt64(number()), .max >> 1, .max].randomElement(
      using: &generator)!
  }

  private func values(of chunk: UInt32) -> [UInt8] {
    [UInt8](repeating: 0x42, count: manifest.chunks[Int(chunk)].count * MemoryLayout<Float>.size)
  }

  private mutating func leases() -> [Lease] {
    (0..<Int.random(in: 0...3, using: &generator)).map { _ in
      Lease(epoch: Int.random(in: 0...2, using: &generator), shard: Int(number()))
    }
  }

  /// One that there may be, or any.
  private mutating func incarnation() -> UInt64 {
    Bool.random(using: &generator) ? 1 << 32 | UInt64.random(in: 0...3, using: &generator) : generator.next()
  }

  private mutating func number() -> UInt32 { UInt32.random(in: 0...UInt32.max, using: &generator) }

  private mutating func text() -> String {
    String("Ünïcode / ../step-5 \u{0} worker \n".shuffled(using: &generator).prefix(Int(number() % 32)))
  }

  private mutating func bytes() -> [UInt8] { (0..<Int(number() % 40)).map { UInt8(truncatingIfNeeded: $0) } }
}
