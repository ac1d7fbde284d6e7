import Parameters
import Tensors
import Transport

/// Adds what is pushed, so that the values tell how often each push was applied.
struct Summing: Optimizer {
  var slots: [String] { [] }

  func update(
    _ chunk: inout ChunkState, in range: Range<Int>, gradient: Span<Float>, step: Int, learningRate: Float
  ) {
    var values = chunk.values.mutableValues
    for index in gradient.indices { values[range.lowerBound + index] += gradient[index] }
  }
}

/// Plain gradient descent: unlike Adam's, its steps are as large as the gradients.
struct Descending: Optimizer {
  var slots: [String] { [] }

  func update(
    _ chunk: inout ChunkState, in range: Range<Int>, gradient: Span<Float>, step: Int, learningRate: Float
  ) {
    var values = chunk.values.mutableValues
    for index in gradient.indices { values[range.lowerBound + index] -= learningRate * gradient[index] }
  }
}

/// Three small tensors in 23 chunks.
let smallManifest = Manifest(
  [
    .init(name: "first", shape: [40, 30], kind: .weight), .init(name: "bias", shape: [30], kind: .weight),
    .init(name: "last", shape: [30, 31], kind: .weight),
  ], chunkValues: 100)

/// Lines of the test's run that try again at once, and are given up after half a minute, so that every test ends.
func lines(
  in context: Context, servers: Int = 1, lanes: Int = 1, route: Route = .nearest, giveUpSeconds: Double = 15,
  keys: @escaping (Int) throws -> ClientKeys? = { _ in nil }, address: @escaping (Int) -> String
) throws -> ServerLines {
  let end = Clock.seconds + 30
  return try ServerLines(
    in: context, servers: servers, lanes: lanes, run: 0xfeed,
    patience: Patience(retrySeconds: 0.05, longestRetrySeconds: 0.2, giveUpSeconds: giveUpSeconds), route: route,
    address: address, keys: keys,
    isCancelled: { Clock.seconds > end })
}

func settings(
  run: UInt64 = 0xfeed, servers: Int = 1, consistency: Consistency = .async, steps: Int = 1 << 30, batch: Int = 4,
  classes: Int = 3, shards: Int = 1, rate: Float = 1
) -> RunSettings {
  RunSettings(
    run: run, model: "fc-1x8", classes: classes, vocabularyDigest: "", dataset: "", trainingShards: shards, seed: 7,
    batch: batch, steps: steps, learningRate: LearningRateSchedule(rate), consistency: consistency, poolPatches: 16,
    servers: servers, workers: 1)
}

/// A chunk of zeros.
func zeros(_ chunk: Int, of manifest: Manifest = smallManifest) -> ChunkState {
  ChunkState(values: Tensor([manifest.chunks[chunk].count]), slots: [])
}

extension Tensor {
  var array: [Float] { values.indices.map { values[$0] } }
}

/// What a client has of each tensor.
struct Received {
  private(set) var values: [[Float]]
  private let manifest: Manifest

  init(_ manifest: Manifest = smallManifest) {
    self.manifest = manifest
    values = manifest.entries.map { [Float](repeating: .nan, count: $0.count) }
  }

  mutating func install(_ tensor: Int, _ row: Int, _ part: Span<Float>) {
    let first = row * manifest.entries[tensor].rowLength
    for index in part.indices { values[tensor][first + index] = part[index] }
  }
}

extension RemoteParameters {
  /// Pulls all tensors of the small manifest and waits for them.
  func pullAll() throws -> [[Float]] {
    var received = Received()
    pull(tensors: 0..<3)
    try wait(forTensors: 0..<3) { received.install($0, $1, $2) }
    return received.values
  }

  /// Pushes one value everywhere and waits for what comes back.
  func pushAll(_ value: Float, clock: UInt64) throws -> [[Float]] {
    var received = Received()
    push(
      clock: clock, tensors: 0..<3,
      gradients: smallManifest.entries.map {
        Tensor($0.shape, values: [Float](repeating: value, count: $0.count))
      })
    try wait(forTensors: 0..<3) { received.install($0, $1, $2) }
    return received.values
  }
}
