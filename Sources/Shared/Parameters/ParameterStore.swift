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
  public let settings: RunSettings
  private let rule: UpdateRule
  private var states: [ChunkState]
  private var rounds: [Round]
  /// Whether the updates are kept until somebody takes them.
  private let keepsUpdates: Bool
  private var updates: [ChunkUpdate] = []

  /// - Parameters:
  ///   - keepsUpdates: Whether there is somebody who takes the updates.
  ///   - state: The chunk at a position of the manifest's `chunks`: its first values, or what a checkpoint has.
  public init(
    _ manifest: Manifest, owned: Range<Int>, settings: RunSettings, optimizer: any Optimizer,
    keepsUpdates: Bool = false, state: (Int) throws -> ChunkState
  ) rethrows {
    self.manifest = manifest
    self.owned = owned
    self.settings = settings
    self.keepsUpdates = keepsUpdates
    rule = UpdateRule(manifest: manifest, optimizer: optimizer, statisticsDecay: settings.statisticsDecay)
    states = try owned.map(state)
    rounds = owned.map { _ in Round() }
  }

  /// The chunk at a position of the manifest's `chunks`, which must be an owned one.
  public subscript(chunk: Int) -> ChunkState { states[chunk - owned.lowerBound] }

  public func kind(ofChunk chunk: Int) -> Manifest.Kind { manifest.kind(ofChunk: chunk) }

  /// Takes gradients of an owned chunk, in the order in which they came.
  ///
  /// Those that are applied each as it comes are applied in one pass over the chunk, part by part while it is in the
  /// processor's cache, with the result of one after the other.
  ///
  /// - Parameter gradients: A worker's pushes of a chunk come in the order of its clock: one that is older than another
  ///   that was applied is a retry.
  /// - Returns: What became of each.
  public mutating func push(_ gradients: [PushedGradient], chunk: Int) -> [Outcome] {
    let index = chunk - owned.lowerBound
    let count = states[index].values.count
    precondition(gradients.allSatisfy { $0.values.count == count }, "a gradient has as many values as its chunk")
    guard settings.consistency.gradientsPerUpdate == 1 else { return gradients.map { average($0, at: index) } }
    var fresh: [ChunkUpdate] = []
    let outcomes = gradients.map { gradient -> Outcome in
      if states[index].contains(gradient.name) { return .duplicate }
      states[index].remember(gradient.name)
      let version = states[index].version + fresh.count
      fresh.append(update(chunk, at: version, of: [gradient.name], gradient.values))
      return .applied(staleness: max(0, version - gradient.basedOn))
    }
    apply(fresh, at: index)
    return outcomes
  }

  /// Adds a gradient to those that wait to make the chunk's next update.
  private mutating func average(_ gradient: PushedGradient, at index: Int) -> Outcome {
    if states[index].contains(gradient.name) { return .duplicate }
    // It must not wait for the next update: two workers could come to wait for each other, each with another chunk.
    guard gradient.basedOn >= states[index].version else {
      states[index].remember(gradient.name)
      return .late
    }
    rounds[index].add(gradient)
    guard rounds[index].contributions.count >= settings.consistency.gradientsPerUpdate else { return .pending }
    let round = rounds[index]
    rounds[index] = Round()
    let version = states[index].version
    apply([update(owned.lowerBound + index, at: version, of: round.contributions, round.mean)], at: index)
    return .applied(staleness: max(0, version - gradient.basedOn))
  }

  /// Whether a worker's gradient waits here for those of others.
  public func isPending(_ push: ChunkState.Applied, chunk: Int) -> Bool {
    rounds[chunk - owned.lowerBound].contributions.contains(push)
  }

  /// The updates that were made since they were last taken, in their order.
  public mutating func takeUpdates() -> [ChunkUpdate] {
    defer { updates = [] }
    return updates
  }

  private func update(
    _ chunk: Int, at version: Int, of names: [ChunkState.Applied], _ values: any GradientValues
  ) -> ChunkUpdate {
    ChunkUpdate(
      chunk: chunk, version: version, learningRate: settings.learningRate.rate(at: version), names: names,
      values: values)
  }

  private mutating func apply(_ changes: [ChunkUpdate], at index: Int) {
    rule.apply(changes, to: &states[index])
    if keepsUpdates { updates += changes }
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
  mutating func add(_ gradient: PushedGradient) {
    guard !contributions.contains(where: { $0.incarnation == gradient.name.incarnation }) else { return }
    if sum == nil { sum = Tensor([gradient.values.count]) }
    gradient.values.withValues { sum?.add($0) }
    contributions.append(gradient.name)
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
}
