import Checkpoints
import Foundation
import Parameters
import Tensors
import Testing

@Suite struct `A checkpoint` {
  @Test(arguments: [1, 2, 20], [1, 3, 5, 20])
  func `of any number of servers is restored into any other, bit by bit`(savers: Int, servers: Int) throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      try folder.save(step: 7, servers: savers)
      let (checkpoint, refused) = try folder.newestGood()
      #expect(refused.isEmpty)
      let found = try #require(checkpoint)
      let saved = states(atStep: 7)
      for owned in ShardPlan(model, servers: servers).runs {
        let store = try ParameterStore(model, owned: owned, settings: settings, optimizer: Adam()) { chunk in
          try found.chunkState(chunk, of: model)
        }
        for chunk in owned { #expect(Bits(store[chunk]) == Bits(saved[chunk])) }
      }
    }
  }

  @Test func `keeps what stands in its manifest`() throws {
    try withTemporaryFolder { path in
      try CheckpointStore(folder: path).save(step: 7)
      let manifest = try #require(try CheckpointStore(folder: path).newestGood().checkpoint).manifest
      #expect(manifest.run == .max && manifest.step == 7 && manifest.slots == slots)
      #expect(manifest.coordinator == Data("{\"completions\":7}".utf8))
      #expect(manifest.digest == model.digest && manifest.tensors.map(\.shape) == model.entries.map(\.shape))
      #expect(manifest.shards.map(\.generation) == [1, 1])
      #expect(
        try JSONDecoder().decode([ShardRecord].self, from: JSONEncoder().encode(manifest.shards)) == manifest.shards)
    }
  }

  @Test func `gives whole tensors, put together from all shards`() throws {
    try withTemporaryFolder { path in
      try CheckpointStore(folder: path).save(step: 7, servers: 5)
      let checkpoint = try #require(try CheckpointStore(folder: path).newestGood().checkpoint)
      let saved = states(atStep: 7)
      for (tensor, entry) in model.entries.enumerated() {
        let values = try checkpoint.values(ofTensor: entry.name)
        #expect(values.shape == entry.shape)
        #expect(bits(of: values) == model.chunks(ofTensor: tensor).flatMap { bits(of: saved[$0].values) })
      }
      #expect(throws: CheckpointError.otherModel(path: checkpoint.path, reason: "expected a tensor 'x', there is none"))
      {
        try checkpoint.values(ofTensor: "x")
      }
    }
  }

  @Test func `has shards that a reader of safetensors understands by their header alone`() throws {
    try withTemporaryFolder { path in
      let folder = try CheckpointStore(folder: path).save(step: 7, servers: 20)
      let saved = states(atStep: 7)
      var rows: [String: Int] = [:]
      for server in 0..<20 {
        let shard = try Safetensors("\(folder)/server-\(server < 10 ? "0000" : "000")\(server)-of-00020.safetensors")
        #expect(shard.metadata.filter { $0.key != "DCP_SHARDING_INFO" } == ["format": "pt", "DCP_VERSION": "1.0"])
        #expect(Set(shard.offsets.keys) == Set(shard.tensors.keys))
        for (name, tensor) in shard.tensors {
          let entry = try #require(model.entries.first { name.hasPrefix($0.name) })
          let first = shard.offsets[name]?.first ?? 0
          #expect(shard.offsets[name] == entry.shape.indices.map { $0 == 0 ? first : 0 })
          #expect(tensor.shape.dropFirst() == entry.shape.dropFirst())
          rows[name, default: 0] += tensor.shape.first ?? 1
          let whole = model.chunks(ofTensor: try #require(model.entries.firstIndex(of: entry))).flatMap { chunk in
            let tensors = [saved[chunk].values] + saved[chunk].slots
            return bits(of: tensors[name.hasSuffix(".adam_m") ? 1 : name.hasSuffix(".adam_v") ? 2 : 0])
          }
          #expect(tensor.values == Array(whole[(first * entry.rowLength)...].prefix(tensor.values.count)))
        }
      }
      let weights = model.entries.filter { $0.kind == .weight }
      let names = model.entries.map(\.name) + weights.flatMap { ["\($0.name).adam_m", "\($0.name).adam_v"] }
      #expect(rows.count == names.count)
      for entry in model.entries { #expect(rows[entry.name] == entry.rows) }
    }
  }

  @Test func `of another model, optimizer or cut is told apart in one line`() throws {
    try withTemporaryFolder { path in
      let folder = try CheckpointStore(folder: path).save(step: 7)
      let checkpoint = try #require(try CheckpointStore(folder: path).newestGood().checkpoint)
      func message(_ model: Manifest, slots: [String] = slots) -> String {
        do {
          try checkpoint.check(against: model, slots: slots)
          _ = try model.chunks.indices.map { try checkpoint.chunkState($0, of: model) }
          return "no error"
        } catch { return "\(error)" }
      }
      let start = "\(folder) is a checkpoint of another model: expected "
      var entries = model.entries
      #expect(message(model) == "no error")
      #expect(message(model, slots: ["momentum"]).hasPrefix("\(start)[\"momentum\"] of the optimizer"))
      #expect(message(Manifest(entries, chunkValues: 50)) == "\(start)rows 0..<2 in chunk 0, it has rows 0..<3")
      entries[1] = .init(name: "norm1.mean", shape: [7], kind: .weight)
      #expect(
        message(Manifest(entries)) == "\(start)norm1.mean [7] (weight) as tensor 1, it has norm1.mean [7] (statistic)")
      #expect(message(Manifest(model.entries.dropLast())) == "\(start)5 tensors, it has 6")
      #expect(throws: CheckpointError.self) { try checkpoint.chunkState(0, of: Manifest(entries)) }
    }
  }
}

private let settings = RunSettings(
  run: 1, model: "fully-connected", classes: 2, vocabularyDigest: "", dataset: "", trainingShards: 1, seed: 1, batch: 1,
  steps: 1, learningRate: LearningRateSchedule(0.1), servers: 1, workers: 1)

/// A safetensors file, read by nothing but its public description.
private struct Safetensors {
  var metadata: [String: String] = [:]
  var offsets: [String: [Int]] = [:]
  var tensors: [String: (shape: [Int], values: [UInt32])] = [:]

  init(_ path: String) throws {
    let bytes = try read(path)
    let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    try #require(length % 8 == 0 && 8 + length <= bytes.count)
    var header = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: [String: Any]])
    metadata = try #require(header.removeValue(forKey: "__metadata__") as? [String: String])
    let sharding = try JSONSerialization.jsonObject(with: Data((metadata["DCP_SHARDING_INFO"] ?? "").utf8))
    offsets = try #require(sharding as? [String: [String: [Int]]]).compactMapValues { $0["saved_offsets"] }
    var used = 0
    for (name, entry) in header {
      let range = try #require(entry["data_offsets"] as? [Int])
      let shape = try #require(entry["shape"] as? [Int])
      try #require(entry["dtype"] as? String == "F32" && range[1] - range[0] == 4 * shape.reduce(1, *))
      used += range[1] - range[0]
      tensors[name] = (
        shape,
        stride(from: 8 + length + range[0], to: 8 + length + range[1], by: 4).map { start in
          bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
      )
    }
    try #require(8 + length + used == bytes.count)
  }
}
