public import Parameters
import Wire

/// A lane's part in keeping replicas: it forwards its updates, knows who waits until they are held, and holds those of
/// another server. Still without a socket.
public struct Replication: Sendable {
  private let manifest: Manifest
  private let slots: Int
  private let generation: UInt32
  private let lineage: UInt32
  private var replica: Replica
  private let newestStart: @Sendable () -> UInt32?
  private var lastNumber: UInt64 = 0
  private var forwards: [(request: Request, parts: [Message])] = []
  /// The numbers of the messages about each chunk that are not answered.
  private var unanswered: [UInt32: Set<UInt64>] = [:]
  /// Those whose updates are in messages that are not answered.
  private var held: [ReturnAddress: (push: Request.Push, numbers: Set<UInt64>)] = [:]

  /// - Parameters:
  ///   - slots: The optimizer's tensors beside each weight.
  ///   - generation: The server's count of its own starts.
  ///   - lineage: The start with which its line of values began: its own, unless it took over a replica.
  ///   - replica: What is held for another server.
  ///   - newestStart: That server's newest start, by the run's folder; `nil` if that cannot be read now. It is asked when
  ///     somebody speaks for a newer one than was heard of.
  public init(
    _ manifest: Manifest, slots: Int, generation: UInt32, lineage: UInt32, replica: Replica,
    newestStart: @escaping @Sendable () -> UInt32?
  ) {
    self.newestStart = newestStart
    self.manifest = manifest
    self.slots = slots
    self.generation = generation
    self.lineage = lineage
    self.replica = replica
  }

  /// Has the other server make updates, which are all of one chunk.
  mutating func forward(_ updates: [ChunkUpdate]) {
    guard let chunk = updates.first?.chunk else { return }
    lastNumber += 1
    unanswered[UInt32(chunk), default: []].insert(lastNumber)
    let named = updates.map {
      Replicate.Update(
        chunk: UInt32($0.chunk), version: UInt64($0.version), learningRate: $0.learningRate, names: $0.names)
    }
    let replicate = Replicate(number: lastNumber, generation: generation, lineage: lineage, updates: named)
    forwards.append((.replicate(replicate), updates.map { Message($0.values) }))
  }

  mutating func takeForwards() -> [(request: Request, parts: [Message])] {
    defer { forwards = [] }
    return forwards
  }

  /// Whether the answer to a push must wait; `hear` tells when it need not any more.
  mutating func isHolding(_ push: Request.Push, for address: ReturnAddress) -> Bool {
    let numbers = push.chunks.reduce(into: Set<UInt64>()) { $0.formUnion(unanswered[$1.chunk] ?? []) }
    if !numbers.isEmpty { held[address] = (push, numbers) }
    return !numbers.isEmpty
  }

  /// Hears the answer to what was forwarded.
  ///
  /// - Returns: Who need not wait any more.
  mutating func hear(
    _ reply: Reply, to request: Request, _ store: ParameterStore
  ) throws -> [(push: Request.Push, address: ReturnAddress)] {
    switch (request, reply) {
    case (.replicate(let replicate), .done): return release(replicate.number, replicate.updates.map(\.chunk))
    case (.copy(let copy), .done): return release(copy.number, copy.chunks.map(\.chunk))
    case (.replicate(let replicate), .behind):
      copy(Set(replicate.updates.map(\.chunk)), in: store, insteadOf: replicate.number)
      return []
    default: throw TransportError.unexpected(reply, for: "an answer of the server that holds the replica")
    }
  }

  /// Sends whole chunks, which hold what an earlier message told.
  private mutating func copy(_ chunks: Set<UInt32>, in store: ParameterStore, insteadOf earlier: UInt64) {
    lastNumber += 1
    for chunk in chunks {
      unanswered[chunk]?.remove(earlier)
      unanswered[chunk, default: []].insert(lastNumber)
    }
    for (address, waiting) in held where waiting.numbers.contains(earlier) {
      held[address]?.numbers.remove(earlier)
      held[address]?.numbers.insert(lastNumber)
    }
    let copies = CopiedParts(chunks.sorted().map { (Int($0), store[Int($0)]) })
    let copy = Copy(number: lastNumber, generation: generation, lineage: lineage, chunks: copies.chunks)
    forwards.append((.copy(copy), copies.parts))
  }

  private mutating func release(
    _ number: UInt64, _ chunks: [UInt32]
  ) -> [(push: Request.Push, address: ReturnAddress)] {
    for chunk in chunks { unanswered[chunk]?.remove(number) }
    var released: [(push: Request.Push, address: ReturnAddress)] = []
    for address in held.filter({ $0.value.numbers.contains(number) }).keys {
      held[address]!.numbers.remove(number)
      guard held[address]!.numbers.isEmpty else { continue }
      released.append((held.removeValue(forKey: address)!.push, address))
    }
    return released
  }
}

// What is held for another server.
extension Replication {
  /// Answers a request that is about the replica; `nil` if it is about something else.
  mutating func answer(_ incoming: Incoming) -> (reply: Reply, parts: [Message])? {
    switch incoming.request {
    case .replicate(let replicate): return (take(replicate, incoming.parts), [])
    case .copy(let copy): return (take(copy, incoming.parts), [])
    case .recover(let generation, let chunks):
      guard admits(generation, lineage: nil) else { return (replaced(generation), []) }
      if let wrong = problem(with: chunks) { return (wrong, []) }
      let states = chunks.compactMap { chunk in replica[Int(chunk)].map { (Int(chunk), $0) } }
      let copies = CopiedParts(states)
      return (.copies(copies.chunks, lineage: replica.lineage), copies.parts)
    default: return nil
    }
  }

  private mutating func take(_ replicate: Replicate, _ parts: [Message]) -> Reply {
    if let wrong = problem(with: replicate.updates.map(\.chunk)) { return wrong }
    guard parts.count == replicate.updates.count else {
      return .refused("\(replicate.updates.count) updates with a part each expected, \(parts.count) parts came")
    }
    for (update, part) in zip(replicate.updates, parts) {
      let bytes = manifest.chunks[Int(update.chunk)].count * MemoryLayout<Float>.size
      guard part.count == bytes, update.learningRate.isFinite, update.version <= ChunkState.largestVersion else {
        return .refused(
          "an update of chunk \(update.chunk) in \(bytes) bytes expected, with a version and a rate that it can have; "
            + "\(part.count) bytes came, of version \(update.version) and rate \(update.learningRate)")
      }
    }
    guard admits(replicate.generation, lineage: replicate.lineage) else {
      return replaced(replicate.generation)
    }
    var behind: [UInt32] = []
    for (update, part) in zip(replicate.updates, parts) {
      let isHeld = replica.apply(
        ChunkUpdate(
          chunk: Int(update.chunk), version: Int(update.version), learningRate: update.learningRate,
          names: update.names, values: ReceivedValues(part)))
      if !isHeld { behind.append(update.chunk) }
    }
    return behind.isEmpty ? .done : .behind(behind)
  }

  private mutating func take(_ copy: Copy, _ parts: [Message]) -> Reply {
    do {
      let copies = try CopiedParts(copy.chunks, parts, of: manifest, in: replica.owned, slots: slots)
      guard admits(copy.generation, lineage: copy.lineage) else { return replaced(copy.generation) }
      for (chunk, state) in copies.states { replica.take(state, chunk: chunk) }
      return .done
    } catch { return .refused("\(error)") }
  }

  /// Whether a start of the other server is its newest one. A start that is not in the run's folder was never made: to
  /// believe in it would be to refuse the real one.
  private mutating func admits(_ generation: UInt32, lineage: UInt32?) -> Bool {
    if generation > replica.generation, let newest = newestStart(), generation > newest { return false }
    return replica.admit(generation: generation, lineage: lineage)
  }

  private func problem(with chunks: [UInt32]) -> Reply? {
    guard let stranger = chunks.first(where: { !replica.owned.contains(Int($0)) }) else { return nil }
    return .refused("the replica is of chunks \(replica.owned), not of \(stranger)")
  }

  private func replaced(_ generation: UInt32) -> Reply {
    .refused("start \(generation) of the server is not its newest: the replica is another one's")
  }
}
