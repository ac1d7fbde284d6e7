import Parameters
import Tensors

/// Adds each gradient to the values, so that they tell exactly what was applied.
struct Summing: Optimizer {
  let slots: [String] = []

  func update(
    _ chunk: inout ChunkState, in range: Range<Int>, gradient: Span<Float>, step: Int, learningRate: Float
  ) {
    var values = chunk.values.mutableValues
    for index in gradient.indices { values[range.lowerBound + index] += gradient[index] }
  }
}

extension ParameterStore {
  /// A store of all chunks of some tensors, which begin with zeros.
  init(summing manifest: Manifest, _ consistency: Consistency, statisticsDecay: Float = 0.99) {
    self.init(
      manifest, owned: 0..<manifest.chunks.count,
      settings: .sample(consistency: consistency, statisticsDecay: statisticsDecay), optimizer: Summing()
    ) { ChunkState(values: Tensor([manifest.chunks[$0].count]), slots: []) }
  }

  /// Pushes the same value for all of a chunk.
  mutating func push(
    _ value: Float, worker: UInt64, clock: UInt64, chunk: Int = 0, basedOn version: Int = 0
  ) -> Outcome {
    push([gradient(value, worker: worker, clock: clock, chunk: chunk, basedOn: version)], chunk: chunk)[0]
  }

  /// The same value for all of a chunk.
  func gradient(
    _ value: Float, worker: UInt64, clock: UInt64, chunk: Int = 0, basedOn version: Int = 0
  ) -> PushedGradient {
    let count = manifest.chunks[chunk].count
    return PushedGradient(
      name: ChunkState.Applied(incarnation: worker, clock: clock), basedOn: version,
      values: Tensor([count], values: [Float](repeating: value, count: count)))
  }

  func values(ofChunk chunk: Int = 0) -> [Float] {
    let state = self[chunk]
    let values = state.values.values
    return values.indices.map { values[$0] }
  }
}

extension Manifest {
  /// As many small tensors as chunks.
  static func small(_ chunks: Int = 1, kind: Kind = .weight) -> Manifest {
    Manifest((0..<chunks).map { Entry(name: "t\($0)", shape: [2], kind: kind) })
  }
}
