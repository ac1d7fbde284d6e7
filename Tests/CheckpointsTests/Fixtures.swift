import Checkpoints
import Foundation
import Parameters
import Tensors

/// A folder that is gone after the test.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

/// Odd shapes, tensors of several chunks, a row longer than a chunk, a single value, statistics, a name that JSON escapes.
let model = Manifest(
  [
    .init(name: "conv1.weight", shape: [7, 3, 5], kind: .weight),
    .init(name: "norm1.mean", shape: [7], kind: .statistic),
    .init(name: "scale", shape: [], kind: .weight),
    .init(name: "dense.weight", shape: [33, 9], kind: .weight),
    .init(name: "row", shape: [1, 100], kind: .weight),
    .init(name: "größe/\"β\"", shape: [130, 1], kind: .statistic),
  ], chunkValues: 64)

let slots = ["adam_m", "adam_v"]

/// The chunks of the model at a step: every bit pattern that a Float can have, NaN and -0 too.
func states(atStep step: Int, of model: Manifest = model) -> [ChunkState] {
  var generator = SeededGenerator(seed: UInt64(step))
  return model.chunks.map { chunk in
    let kind = model.entries[chunk.tensor].kind
    let tensors = (0..<(kind == .weight ? 3 : 1)).map { _ in
      Tensor([chunk.count], values: (0..<chunk.count).map { _ in Float(bitPattern: UInt32(generator.next() >> 32)) })
    }
    return ChunkState(
      values: tensors[0], slots: Array(tensors[1...]), version: Int(generator.next() >> 16),
      applied: (0..<generator.next() % 4).map { _ in .init(incarnation: generator.next(), clock: generator.next()) })
  }
}

extension CheckpointStore {
  /// Has every server of a number write its shard, but does not commit.
  func write(
    name: CheckpointName, states: [ChunkState], servers: Int, generation: UInt32 = 1, model: Manifest = model
  ) throws -> [ShardRecord] {
    let plan = ShardPlan(model, servers: servers)
    return try plan.runs.enumerated().map { server, owned in
      var writer = try shardWriter(
        name, server: server, of: servers, manifest: model, owned: owned, slots: slots, generation: generation)
      for chunk in owned { try writer.write(ChunkSnapshot(chunk: chunk, state: states[chunk])) }
      return try writer.finish()
    }
  }

  /// Makes a checkpoint.
  ///
  /// - Returns: Its folder.
  @discardableResult
  func save(step: Int, servers: Int = 2, model: Manifest = model) throws -> String {
    let name = try newName(step: step, after: names().last)
    var manifest = CheckpointManifest(run: .max, manifest: model, slots: slots)
    manifest.shards = try write(name: name, states: states(atStep: step, of: model), servers: servers, model: model)
    manifest.step = step
    manifest.coordinator = Data("{\"completions\":\(step)}".utf8)
    try commit(manifest, name: name)
    return "\(location)/\(name)"
  }
}

/// All of a chunk, bit by bit.
struct Bits: Equatable {
  let values: [UInt32]
  let slots: [[UInt32]]
  let version: Int
  let applied: [ChunkState.Applied]

  init(_ state: ChunkState) {
    values = bits(of: state.values)
    slots = state.slots.map(bits)
    version = state.version
    applied = state.applied
  }
}

func bits(of tensor: Tensor) -> [UInt32] { tensor.values.indices.map { tensor.values[$0].bitPattern } }
