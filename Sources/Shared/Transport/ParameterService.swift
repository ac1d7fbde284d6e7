public import Parameters
import Tensors
public import Wire

/// What a server answers to those who want or change parameters: a store behind messages, still without a socket.
public struct ParameterService {
  /// A reply, its parts and whom it is for.
  public struct Answer {
    public let reply: Reply
    public let parts: [Message]
    public let address: ReturnAddress
  }

  public private(set) var store: ParameterStore
  /// Those who wait for their gradients to be applied together with those of others.
  private var waiting: [ReturnAddress: Request.Push] = [:]

  public init(_ store: ParameterStore) {
    self.store = store
  }

  /// Answers a pull, a push or the question what became of a push.
  ///
  /// - Returns: The answers that can be given now: perhaps none, perhaps also to those who waited; `nil` if the request
  ///   is not about parameters.
  public mutating func answer(_ incoming: Incoming) -> [Answer]? {
    switch incoming.request {
    case .pull(let chunks): [pull(chunks, for: incoming.sender)]
    case .push(let push): self.push(push, parts: incoming.parts, from: incoming.sender)
    case .outcome(let push): [outcome(of: push, for: incoming.sender)]
    default: nil
    }
  }

  private func pull(_ chunks: [UInt32], for address: ReturnAddress) -> Answer {
    problem(with: chunks, address) ?? values(of: chunks, includingStatistics: true, for: address)
  }

  private mutating func push(_ push: Request.Push, parts: [Message], from address: ReturnAddress) -> [Answer] {
    if let wrong = problem(with: push, parts, address) { return [wrong] }
    let name = ChunkState.Applied(incarnation: push.incarnation, clock: push.clock)
    var read: [any GradientValues] = []
    for (item, part) in zip(push.chunks, parts) {
      guard let values = gradient(in: part, ofChunk: Int(item.chunk)) else {
        return [
          refusal("chunk \(item.chunk) came with bytes that are no gradient as \(settings.gradientFormat)", address)
        ]
      }
      read.append(values)
    }
    for (item, values) in zip(push.chunks, read) {
      let gradient = PushedGradient(name: name, basedOn: Int(clamping: item.version), values: values)
      _ = store.push([gradient], chunk: Int(item.chunk))
    }
    waiting[address] = push
    var answers = settle()
    if waiting[address] != nil { answers.append(Answer(reply: .pending, parts: [], address: address)) }
    return answers
  }

  private var settings: RunSettings { store.settings }

  private func gradientFormat(ofChunk chunk: Int) -> GradientFormat {
    settings.gradientFormat.format(of: store.kind(ofChunk: chunk))
  }

  private func gradient(in part: Message, ofChunk chunk: Int) -> (any GradientValues)? {
    part.gradient(as: gradientFormat(ofChunk: chunk), count: store.manifest.chunks[chunk].count)
  }

  private mutating func outcome(of push: Request.Push, for address: ReturnAddress) -> Answer {
    if let wrong = problem(with: push.chunks.map(\.chunk), address) { return wrong }
    if isApplied(push) { return values(of: push.chunks.map(\.chunk), includingStatistics: false, for: address) }
    let name = ChunkState.Applied(incarnation: push.incarnation, clock: push.clock)
    let isKnown = push.chunks.allSatisfy {
      store.isPending(name, chunk: Int($0.chunk)) || store[Int($0.chunk)].contains(name)
    }
    guard isKnown else { return Answer(reply: .unknown, parts: [], address: address) }
    waiting[address] = push
    return Answer(reply: .pending, parts: [], address: address)
  }

  /// The answers to all those whose gradients have been applied.
  private mutating func settle() -> [Answer] {
    let settled = waiting.filter { isApplied($0.value) }
    return settled.map { address, push in
      waiting[address] = nil
      return values(of: push.chunks.map(\.chunk), includingStatistics: false, for: address)
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
      let format = settings.weightFormat.format(of: store.kind(ofChunk: Int(chunk)))
      return isSent ? Message(store[Int(chunk)].values.values, as: format) : Message([UInt8]())
    }
    return Answer(reply: .values(versions), parts: parts, address: address)
  }

  /// Each chunk is this server's, and named once: a short request must not ask for a thousand times the same values.
  private func problem(with chunks: [UInt32], _ address: ReturnAddress) -> Answer? {
    if let stranger = chunks.first(where: { !store.owned.contains(Int($0)) }) {
      let owned = "\(store.owned.lowerBound)..<\(store.owned.upperBound)"
      return refusal("this server owns chunks \(owned), not \(stranger)", address)
    }
    guard Set(chunks).count == chunks.count else { return refusal("a request names a chunk more than once", address) }
    return nil
  }

  private func problem(with push: Request.Push, _ parts: [Message], _ address: ReturnAddress) -> Answer? {
    if let wrong = problem(with: push.chunks.map(\.chunk), address) { return wrong }
    guard parts.count == push.chunks.count else {
      return refusal("a push names \(push.chunks.count) chunks, but brings \(parts.count) parts", address)
    }
    for (item, part) in zip(push.chunks, parts) {
      let count = store.manifest.chunks[Int(item.chunk)].count
      let bytes = gradientFormat(ofChunk: Int(item.chunk)).byteCount(of: count)
      if part.count != bytes {
        return refusal("chunk \(item.chunk) has \(bytes) bytes, a push brings \(part.count)", address)
      }
    }
    return nil
  }

  private func refusal(_ reason: String, _ address: ReturnAddress) -> Answer {
    Answer(reply: .refused(reason), parts: [], address: address)
  }
}
