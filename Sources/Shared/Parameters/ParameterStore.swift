import Tensors

/// A server's share of the parameters, and what it does with a push: a plain value, without sockets, threads or a clock.
public struct ParameterStore: Sendable {
  /// What became of a pushed gradient.
  public enum Outcome: Equatable, Sendable {
    /// It is in the values; `staleness` is the number of updates between the weights it was computed from and this one.
    case applied(staleness: Int)
    /// It was in the values before: a retry.
    case duplicate
    /// It waits for the gradients of other workers.
    case pending
    /// It was dropped: the gradients of others have made the update that it was meant for.
    case late
  }

  public let manifest: Manifest
  /// The chunks that this server owns, as positions in the manifest's `chunks`.
  public let owned: Range<Int>
  private let settings: RunSettings
  private let optimizer: any Optimizer
  private var states: [ChunkState]
  private var rounds: [Round]

  /// - Parameter state: The chunk at a position of the manifest's `chunks`: its first values, or what a checkpoint has.
  public init(
    _ manifest: Manifest, owned: Range<Int>, settings: RunSettings, optimizer: any Optimizer,
    state: (Int) throws -> ChunkState
  ) rethrows {
    self.manifest = manifest
    self.owned = owned
    self.settings = settings
    self.optimizer = optimizer
    states = try owned.map(state)
    rounds = owned.map { _ in Round() }
  }

  /// The chunk at a position of the manifest's `chunks`, which must be an owned one.
  public subscript(chunk: Int) -> ChunkState { states[chunk - owned.lowerBound] }

  public func kind(ofChunk chunk: Int) -> Manifest.Kind { manifest.entries[manifest.chunks[chunk].tensor].kind }

  /// Takes a worker's gradient (of a weight) or observation (of a statistic) for an owned chunk.
  ///
  /// - Parameters:
  ///   - push: Its name. A worker's pushes of a chunk come in the order of its clock: one that is older than another that
  ///     was applied is a retry.
  ///   - values: As many as the chunk has.
  ///   - version: The version of the weights that the gradient was computed from.
  public mutating func push(
    _ push: ChunkState.Applied, chunk: Int, values: Span<Float>, basedOn version: Int
  ) -> Outcome {
    let index = chunk - owned.lowerBound
    precondition(values.count == states[index].values.count, "a gradient has as many values as its chunk")
    if states[index].contains(push) { return .duplicate }
    let needed = settings.consistency.gradientsPerUpdate
    if needed == 1 {
      apply(values, to: index)
      states[index].remember(push)
    } else {
      // It must not wait for the next update: two workers could come to wait for each other, each with another chunk.
      guard version >= states[index].version else {
        states[index].remember(push)
        return .late
      }
      rounds[index].add(push, values)
      guard rounds[index].contributions.count >= needed else { return .pending }
      let round = rounds[index]
      rounds[index] = Round()
      apply(round.mean.values, to: index)
      for contribution in round.contributions { states[index].remember(contribution) }
    }
    return .applied(staleness: max(0, states[index].version - 1 - version))
  }

  /// Whether a worker's gradient waits here for those of others.
  public func isPending(_ push: ChunkState.Applied, chunk: Int) -> Bool {
    rounds[chunk - owned.lowerBound].contributions.contains(push)
  }

  private mutating func apply(_ values: Span<Float>, to index: Int) {
    let rate = settings.learningRate.rate(at: states[index].version)
    states[index].version += 1
    switch kind(ofChunk: owned.lowerBound + index) {
    case .weight:
      optimizer.update(&states[index], gradient: values, learningRate: rate)
    case .statistic:
      states[index].values.moveTowards(values, by: 1 - settings.statisticsDecay)
    }
  }
}

/// The gradients of one chunk that wait to be applied as one.
private struct Round: Sendable {
  private(set) var contributions: [ChunkState.Applied] = []
  private var sum: Tensor?

  /// The average of what was added.
  var mean: Tensor {
    var mean = sum ?? Tensor([0])
    mean.scale(by: 1 / Float(contributions.count))
    return mean
  }

  /// Adds a gradient, unless it is here already or its worker has another one in this round.
  mutating func add(_ push: ChunkState.Applied, _ values: Span<Float>) {
    guard !contributions.contains(where: { $0.incarnation == push.incarnation }) else { return }
    if sum == nil { sum = Tensor([values.count]) }
    sum?.add(values)
    contributions.append(push)
  }
}

extension Tensor {
  fileprivate mutating func add(_ other: Span<Float>) {
    var target = mutableValues
    for index in other.indices { target[index] += other[index] }
  }

  fileprivate mutating func scale(by factor: Float) {
    var target = mutableValues
    for index in target.indices { target[index] *= factor }
  }

  fileprivate mutating func moveTowards(_ other: Span<Float>, by fraction: Float) {
    var target = mutableValues
    for index in other.indices { target[index] += (other[index] - target[index]) * fraction }
  }
}
