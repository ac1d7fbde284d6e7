public import Parameters
import Tensors
public import Wire

/// What a lane answers to those who want or change parameters: a store behind messages, still without a socket.
public struct ParameterService: Sendable {
  /// A reply, its parts and whom it is for.
  public struct Answer: Sendable {
    public let reply: Reply
    public let parts: [Message]
    public let address: ReturnAddress
  }

  public private(set) var store: ParameterStore
  private var replication: Replication?
  /// Those who wait for their gradients to be applied together with those of others.
  private var waiting: [ReturnAddress: Request.Push] = [:]

  /// - Parameter replication: Where every update is to be held by another server before it is acknowledged; the store
  ///   must keep its updates then.
  public init(_ store: ParameterStore, replication: Replication? = nil) {
    self.store = store
    self.replication = replication
  }

  /// Answers pulls, pushes and questions what became of a push, as they have come.
  ///
  /// Pushes that follow one another are applied together, chunk by chunk, and each is answered as soon as its chunks are
  /// done: first what a forward pass needs first.
  ///
  /// - Parameter send: Is given the answers that can be given now, perhaps also to those who waited.
  /// - Returns: The requests that are about something else.
  public mutating func answer(_ requests: [Incoming], send: (Answer) throws -> Void) rethrows -> [Incoming] {
    var others: [Incoming] = []
    var pushes: [WaitingPush] = []
    for incoming in requests {
      if case .push(let push) = incoming.request {
        do {
          pushes.append(try read(push, incoming.parts, from: incoming.sender))
        } catch {
          try send(error.answer)
        }
        continue
      }
      try apply(&pushes, send: send)  // who asks after a push sees it
      switch incoming.request {
      case .pull(let chunks): try send(pull(chunks, for: incoming.sender))
      case .outcome(let push): try tellOutcome(of: push, to: incoming.sender, send: send)
      default:
        if let reply = replication?.answer(incoming) {
          try send(Answer(reply: reply.reply, parts: reply.parts, address: incoming.sender))
        } else {
          others.append(incoming)
        }
      }
    }
    try apply(&pushes, send: send)
    return others
  }

  /// A push whose gradients are being applied.
  private struct WaitingPush {
    let push: Request.Push
    let gradients: [any GradientValues]
    let address: ReturnAddress
    /// Its chunks that have not been looked at.
    var left: Int
    var isPending = false

    init(_ push: Request.Push, _ gradients: [any GradientValues], from address: ReturnAddress) {
      self.push = push
      self.gradients = gradients
      self.address = address
      left = push.chunks.count
    }

    func gradient(_ position: Int) -> PushedGradient {
      PushedGradient(
        name: ChunkState.Applied(incarnation: push.incarnation, clock: push.clock),
        basedOn: Int(clamping: push.chunks[position].version), values: gradients[position])
    }
  }

  private mutating func apply(_ pushes: inout [WaitingPush], send: (Answer) throws -> Void) rethrows {
    var places: [UInt32: [(push: Int, position: Int)]] = [:]
    for (index, push) in pushes.enumerated() {
      for (position, item) in push.push.chunks.enumerated() {
        places[item.chunk, default: []].append((index, position))
      }
      if push.left == 0 { try send(Answer(reply: .values([]), parts: [], address: push.address)) }
    }
    for (chunk, places) in places.sorted(by: { $0.key < $1.key }) {
      let outcomes = store.push(places.map { pushes[$0.push].gradient($0.position) }, chunk: Int(chunk))
      replication?.forward(store.takeUpdates())
      for (place, outcome) in zip(places, outcomes) {
        if outcome == .pending { pushes[place.push].isPending = true }
        pushes[place.push].left -= 1
        if pushes[place.push].left == 0 { try finish(pushes[place.push], send: send) }
      }
    }
    pushes = []
  }

  /// Answers a push whose chunks have all been looked at, and those who waited for it.
  private mutating func finish(_ push: WaitingPush, send: (Answer) throws -> Void) rethrows {
    guard push.isPending || !waiting.isEmpty else { return try acknowledge(push.push, to: push.address, send: send) }
    waiting[push.address] = push.push
    try settle(send: send)
    if waiting[push.address] != nil { try send(Answer(reply: .pending, parts: [], address: push.address)) }
  }

  /// Answers a push that is applied, as soon as the replica has it.
  private mutating func acknowledge(
    _ push: Request.Push, to address: ReturnAddress, send: (Answer) throws -> Void
  ) rethrows {
    if replication?.isHolding(push, for: address) ?? false { return }
    try send(values(of: push.chunks.map(\.chunk), includingStatistics: false, for: address))
  }

  /// Hears what the server that holds the replica says, and answers those whose updates it has now.
  mutating func hear(_ reply: Reply, to request: Request, send: (Answer) throws -> Void) throws {
    for (push, address) in try replication?.hear(reply, to: request, store) ?? [] {
      try send(values(of: push.chunks.map(\.chunk), includingStatistics: false, for: address))
    }
  }

  /// What is to be sent to the server that holds the replica.
  mutating func takeForwards() -> [(request: Request, parts: [Message])] { replication?.takeForwards() ?? [] }

  private func pull(_ chunks: [UInt32], for address: ReturnAddress) -> Answer {
    problem(with: chunks, address) ?? values(of: chunks, includingStatistics: true, for: address)
  }

  private mutating func tellOutcome(
    of push: Request.Push, to address: ReturnAddress, send: (Answer) throws -> Void
  ) rethrows {
    if let wrong = problem(with: push.chunks.map(\.chunk), address) { return try send(wrong) }
    if isApplied(push) { return try acknowledge(push, to: address, send: send) }
    let name = ChunkState.Applied(incarnation: push.incarnation, clock: push.clock)
    let isKnown = push.chunks.allSatisfy {
      store.isPending(name, chunk: Int($0.chunk)) || store[Int($0.chunk)].contains(name)
    }
    if isKnown { waiting[address] = push }
    try send(Answer(reply: isKnown ? .pending : .unknown, parts: [], address: address))
  }

  /// Answers all those whose gradients have been applied.
  private mutating func settle(send: (Answer) throws -> Void) rethrows {
    for (address, push) in waiting where isApplied(push) {
      waiting[address] = nil
      try acknowledge(push, to: address, send: send)
    }
  }

  private func isApplied(_ push: Request.Push) -> Bool {
    let name = ChunkState.Applied(incarnation: push.incarnation, clock: push.clock)
    return push.chunks.allSatisfy { store[Int($0.chunk)].contains(name) }
  }

  private func values(of chunks: [UInt32], includingStatistics: Bool, for address: ReturnAddress) -> Answer {
    let versions = chunks.map { ChunkVersion(chunk: $0, version: UInt64(store[Int($0)].version)) }
    let parts = chunks.map { chunk in
      let isSent = includingStatistics || store.kind(ofChunk: Int(chunk)) == .weight
      let values = store[Int(chunk)].values
      let format = store.settings.weightFormat.format(of: store.kind(ofChunk: Int(chunk)))
      return isSent ? Message(values, 0..<values.count, as: format) : Message([UInt8]())
    }
    return Answer(reply: .values(versions), parts: parts, address: address)
  }
}

// What cannot be right.
extension ParameterService {
  /// Each chunk is this lane's, and named once: a short request must not ask for a thousand times the same values.
  private func problem(with chunks: [UInt32], _ address: ReturnAddress) -> Answer? {
    if let stranger = chunks.first(where: { !store.owned.contains(Int($0)) }) {
      let owned = "\(store.owned.lowerBound)..<\(store.owned.upperBound)"
      return refusal("chunks \(owned) are here, not \(stranger)", address)
    }
    guard Set(chunks).count == chunks.count else { return refusal("a request names a chunk more than once", address) }
    return nil
  }

  private struct Refusal: Error {
    let answer: Answer
  }

  /// Reads a push, to the last value: no part of one that is wrong anywhere is applied.
  private func read(
    _ push: Request.Push, _ parts: [Message], from address: ReturnAddress
  ) throws(Refusal) -> WaitingPush {
    func refused(_ reason: String) -> Refusal { Refusal(answer: refusal(reason, address)) }
    if let wrong = problem(with: push.chunks.map(\.chunk), address) { throw Refusal(answer: wrong) }
    guard parts.count == push.chunks.count else {
      throw refused("a push names \(push.chunks.count) chunks, but brings \(parts.count) parts")
    }
    var gradients: [any GradientValues] = []
    for (item, part) in zip(push.chunks, parts) {
      let chunk = Int(item.chunk)
      let count = store.manifest.chunks[chunk].count
      let format = store.settings.gradientFormat.format(of: store.kind(ofChunk: chunk))
      let bytes = format.byteCount(of: count)
      guard part.count == bytes else {
        throw refused("chunk \(chunk) has \(bytes) bytes, a push brings \(part.count)")
      }
      guard let gradient = part.gradient(as: format, count: count) else {
        throw refused("chunk \(chunk) came with bytes that are no gradient as \(format)")
      }
      gradients.append(gradient)
    }
    return WaitingPush(push, gradients, from: address)
  }

  private func refusal(_ reason: String, _ address: ReturnAddress) -> Answer {
    Answer(reply: .refused(reason), parts: [], address: address)
  }
}
