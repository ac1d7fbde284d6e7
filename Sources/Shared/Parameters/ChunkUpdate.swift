import Tensors

/// A change that was made to a chunk, with all that another server needs to make the same one.
public struct ChunkUpdate: Sendable {
  /// The chunk's position in the manifest.
  public let chunk: Int
  /// The chunk's version before it.
  public let version: Int
  public let learningRate: Float
  /// Whose gradients it is made of.
  public let names: [ChunkState.Applied]
  /// Their average; as many values as the chunk has.
  public let values: any GradientValues

  public init(
    chunk: Int, version: Int, learningRate: Float, names: [ChunkState.Applied], values: any GradientValues
  ) {
    self.chunk = chunk
    self.version = version
    self.learningRate = learningRate
    self.names = names
    self.values = values
  }
}

/// How gradients change chunks, beside the rate: alike on all servers of a run.
struct UpdateRule: Sendable {
  let manifest: Manifest
  let optimizer: any Optimizer
  let statisticsDecay: Float

  /// Values of a chunk that are changed by all updates before the next ones are: with the optimizer's tensors, they stay
  /// in a core's own cache.
  private static let partValues = 1 << 13

  /// Makes updates of one chunk, one after the other, in one pass over it.
  func apply(_ updates: [ChunkUpdate], to state: inout ChunkState) {
    guard let chunk = updates.first?.chunk else { return }
    let kind = manifest.entries[manifest.chunks[chunk].tensor].kind
    let count = state.values.count
    let part = updates.count > 1 ? Self.partValues : max(1, count)
    for first in stride(from: 0, to: count, by: part) {
      let range = first..<min(first + part, count)
      for update in updates {
        update.values.withValues { values in
          switch kind {
          case .weight:
            optimizer.update(
              &state, in: range, gradient: values.extracting(range), step: update.version + 1,
              learningRate: update.learningRate)
          case .statistic:
            state.values.move(range, towards: values, by: 1 - statisticsDecay)
          }
        }
      }
    }
    state.version += updates.count
    for name in updates.flatMap(\.names) { state.remember(name) }
  }
}

extension Tensor {
  fileprivate mutating func move(_ range: Range<Int>, towards other: Span<Float>, by fraction: Float) {
    var target = mutableValues
    for index in range { target[index] += (other[index] - target[index]) * fraction }
  }
}
