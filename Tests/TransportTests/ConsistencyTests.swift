import Datasets
import Foundation
import Layers
import Logging
import Models
import Parameters
import Tensors
import Testing
import Training
import Wire

@testable import Transport

/// A narrow network, cut into chunks small enough for five servers.
private struct SmallModel: Sendable {
  let network = Network(ModelSpecification(.fullyConnected(layers: 1, units: 4)), classes: 3)
  let manifest: Manifest
  let start: [ChunkState]

  init() {
    let manifest = Manifest(Manifest(of: network).entries, chunkValues: 2000)
    var initial = InitialValues(of: network, seed: 5, slots: Adam().slots.count)
    start = manifest.chunks.map { initial.state(of: $0) }
    self.manifest = manifest
  }

  /// Servers that begin alike, however many they are.
  func servers(
    _ count: Int, lanes: Int = 1, in context: Context, settings: RunSettings, optimizer: any Optimizer
  ) throws -> [TestServer] {
    try (0..<count).map {
      try TestServer(
        $0, of: count, lanes: lanes, in: context, manifest: manifest, settings: settings, optimizer: optimizer,
        state: { [start] in start[$0] })
    }
  }

  func client(of servers: [TestServer], lanes: Int = 1, in context: Context) throws -> RemoteParameters {
    let addresses = servers.map(\.address)
    let lines = try lines(in: context, servers: servers.count, lanes: lanes) { addresses[$0] }
    let incarnation = try lines.join(
      Request.Join(index: 0, process: 0, manifest: manifest.digest, vocabulary: ""))
    return RemoteParameters(lines, manifest: manifest, incarnation: incarnation)
  }

  /// All weights, after the servers have ended and each has made so many updates.
  func weights(of servers: [TestServer], steps: Int) throws -> [Float] {
    for server in servers { try server.stop() }
    let states = servers.flatMap { $0.report.states }
    #expect(states.map(\.version) == [Int](repeating: steps, count: manifest.chunks.count))
    return states.flatMap { $0.values.array }
  }
}

@Suite struct `In sync` {
  private let model = SmallModel()
  private let steps = 20
  private let batch = 8

  @Test(arguments: [Adam(), Descending()] as [any Optimizer])
  func `two workers with half a mini-batch each learn what one with a whole one does`(
    optimizer: any Optimizer
  ) throws {
    let one = try train(workers: 1, optimizer)
    let two = try train(workers: 2, optimizer)
    let start = model.start.flatMap { $0.values.array }
    #expect(zip(one, start).contains { abs($0 - $1) > 0.002 }, "something has been learnt")
    #expect(zip(one, two).map { abs($0 - $1) }.max()! < 1e-5)
  }

  /// The weights after some steps over the same patches, divided among workers.
  private func train(workers: Int, _ optimizer: any Optimizer) throws -> [Float] {
    let context = try Context()
    let settings = settings(servers: 2, consistency: .sync(workers: workers), rate: optimizer is Adam ? 1e-3 : 0.05)
    let servers = try model.servers(2, in: context, settings: settings, optimizer: optimizer)
    let threads = (0..<workers).map { worker in
      Background { [self] in
        let share = batch / workers
        try learn(worker * share..<(worker + 1) * share, from: model.client(of: servers, in: context))
      }
    }
    for thread in threads { try thread.value() }
    return try model.weights(of: servers, steps: steps)
  }

  /// Learns from some rows of each mini-batch.
  private func learn(_ rows: Range<Int>, from client: RemoteParameters) throws {
    var network = model.network
    func waitForAll() throws {
      try client.wait(forTensors: 0..<network.parameters.count) {
        network.setValue(ofParameter: $0, fromRow: $1, values: $2)
      }
    }
    client.pull(tensors: 0..<network.parameters.count)
    for step in 1...steps {
      try waitForAll()
      var generator = SeededGenerator(seed: 8, stream: "\(step)")
      let patches = (0..<batch).map { _ in generator.normal(96 * 64, deviation: 2) }
      let labels = (0..<batch).map { _ in (0..<3).map { _ in Float(generator.next() & 1) } }
      var x = Features(Tensor([rows.count, 96, 64, 1], values: patches[rows].flatMap(\.self)))
      for stage in 0..<network.stageCount { x = network.forward(stage: stage, x, mode: .training) }
      let targets = Tensor([rows.count, 3], values: labels[rows].flatMap(\.self))
      var dy = Features(sigmoidCrossEntropy(logits: x.tensor, targets: targets).gradient)
      for stage in (0..<network.stageCount).reversed() {
        if let dx = network.backward(stage: stage, dy) { dy = dx }
        let range = network.parameterRange(ofStage: stage)
        client.push(
          clock: UInt64(step), tensors: range, gradients: range.map { network.gradient(ofParameter: $0) })
      }
    }
    try waitForAll()
  }
}

@Suite struct `A run of one worker` {
  private let model = SmallModel()
  private let steps = 12

  @Test func `ends with the same weights, bit by bit, on any number of servers and lanes`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let dataset = try dataset(in: folder)
    let alone = try train(on: 1, dataset)
    #expect(zip(alone, model.start.flatMap { $0.values.array }).contains { abs($0 - $1) > 0.005 })
    for (servers, lanes) in [(2, 1), (3, 2), (1, 3), (5, 1)] {
      let weights = try train(on: servers, lanes: lanes, dataset)
      #expect(weights.map(\.bitPattern) == alone.map(\.bitPattern), "\(servers) servers with \(lanes) lanes")
    }
  }

  private func train(on count: Int, lanes: Int = 1, _ dataset: Dataset) throws -> [Float] {
    let context = try Context()
    let settings = settings(
      servers: count, consistency: .sync(workers: 1), steps: steps, shards: dataset.shards(of: .train).count,
      rate: 1e-3)
    let servers = try model.servers(
      count, lanes: lanes, in: context, settings: settings, optimizer: settings.optimizer)
    let trainer = Trainer(
      model.network, client: try model.client(of: servers, lanes: lanes, in: context),
      patches: LeasedPatches(dataset, capacity: settings.poolPatches, seed: 3), batch: settings.batch,
      log: Logger(label: "test"))
    try trainer.run()
    try trainer.leave()
    #expect(servers[0].report.examples == steps * settings.batch)
    return try model.weights(of: servers, steps: steps)
  }

  /// Three shards of random patches with random labels.
  private func dataset(in folder: String) throws -> Dataset {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var generator = SeededGenerator(seed: 6)
    var split = SplitDescription(shards: [], classes: 3)
    for number in 0..<3 {
      var shard = ShardDescription(file: "train-\(number)")
      let writer = try TFRecordWriter(path: "\(folder)/\(shard.file)")
      for clip in 0..<2 {
        let patches = (0..<3 * 96 * 64).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let labels = (0..<3).filter { _ in generator.next() & 1 == 0 }
        try writer.append(Clip(identifier: "\(clip)", start: 0, end: 3, labels: labels, patches: patches).encoded)
        shard.clips += 1
        shard.patches += 3
      }
      try writer.finish()
      split.shards.append(shard)
    }
    let description = DatasetDescription(
      vocabulary: Vocabulary(names: ["a", "b", "c"]), settings: PreparationSettings(), sounds: 6, soundsDigest: "",
      splits: [.train: split])
    let file = URL(filePath: "\(folder)/\(DatasetDescription.fileName)")
    try JSONEncoder().encode(description).write(to: file)
    return try Dataset(opening: folder)
  }
}
