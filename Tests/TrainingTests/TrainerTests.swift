import Datasets
import Layers
import Logging
import Models
import Parameters
import Tensors
import Testing
import Training

@Suite struct `A worker's loop` {
  private let network = smallNetwork()
  private let leases = (0..<3).map { Lease(epoch: 0, shard: $0) }

  /// Runs over three shards of four patches, drawn four at a time.
  private func run(_ client: RecordingClient, _ body: (Trainer, Dataset) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, shards: randomShards(3, patches: 4), classes: 3)
      let trainer = Trainer(
        network, client: client, patches: LeasedPatches(dataset, capacity: 1, seed: 4), batch: 4,
        log: Logger(label: "test"))
      try body(trainer, dataset)
    }
  }

  /// The loss and the gradients that the first mini-batch has with the starting values.
  private func firstBatch(of dataset: Dataset) throws -> (loss: Double, gradients: [Tensor]) {
    let client = RecordingClient(values: [], directives: [], leases: leases)
    var patches = LeasedPatches(dataset, capacity: 1, seed: 4)
    let batch = try patches.draw(4, leasing: client)
    var network = network
    network.install(startingValues(of: network))
    var x = Features(batch.input)
    for stage in 0..<network.stageCount { x = network.forward(stage: stage, x, mode: .training) }
    let (loss, gradient) = sigmoidCrossEntropy(logits: x.tensor, targets: batch.targets)
    var dy = Features(gradient)
    for stage in (0..<network.stageCount).reversed() {
      if let dx = network.backward(stage: stage, dy) { dy = dx }
    }
    return (loss, network.parameters.indices.map { network.gradient(ofParameter: $0) })
  }

  @Test func `awaits weights first stage first, and pushes gradients last stage first`() throws {
    let client = RecordingClient(
      values: startingValues(of: network),
      directives: [(.proceed, step: 7), (.wait, step: 8), (.proceed, step: 9), (.finish, step: 10)], leases: leases)
    try run(client) { trainer, _ in try trainer.run() }
    let completions = client.events.compactMap { event -> Coordinator.Completion? in
      if case .advance(let completed) = event { completed } else { nil }
    }
    try #require(completions.count == 2)
    #expect(completions.map(\.clock) == [1, 2])
    #expect(completions.map(\.basedOnStep) == [7, 9])
    #expect(completions.map(\.examples) == [4, 4])
    let stages = [0..<2, 2..<4, 4..<6]
    func batch(_ number: Int) -> [RecordingClient.Event] {
      stages.map { .wait($0) } + stages.reversed().map { .push(clock: UInt64(number), $0) }
        + [.advance(completions[number - 1])]
    }
    #expect(
      client.events == [.pull(0..<6), .advance(nil), .directive(.proceed)] + batch(1)
        + [.directive(.wait), .advance(nil), .directive(.proceed)] + batch(2)
        + [.directive(.finish), .wait(0..<6)])
  }

  @Test func `pushes what the weights that came make of its patches`() throws {
    let client = RecordingClient(
      values: startingValues(of: network), directives: [(.proceed, step: 0), (.finish, step: 1)], leases: leases)
    try run(client) { trainer, dataset in
      try trainer.run()
      let (loss, gradients) = try firstBatch(of: dataset)
      #expect(gradients.allSatisfy { $0.array.contains { $0 != 0 } })
      #expect(gradients.indices.map { client.gradients[$0]?.array } == gradients.map(\.array))
      let completed = Coordinator.Completion(clock: 1, basedOnStep: 0, examples: 4, loss: Float(loss))
      #expect(client.events.contains { $0 == .advance(completed) })
    }
  }

  @Test(arguments: [Float.nan, .infinity]) func `ends when the loss is no number, and pushes nothing`(
    value: Float
  ) throws {
    var values = startingValues(of: network)
    values[5] = Tensor(values[5].shape, values: [Float](repeating: value, count: values[5].count))
    let client = RecordingClient(values: values, directives: [(.proceed, step: 42)], leases: leases)
    try run(client) { trainer, _ in
      let error = try #require(throws: TrainingError.self) { try trainer.run() }
      guard case .diverged(step: 42, let loss) = error, !loss.isFinite else {
        Issue.record("\(error)")
        return
      }
      #expect("\(error)".contains("after step 42"))
      try trainer.leave()
    }
    #expect(client.gradients.isEmpty)
    #expect(client.events.last == .leave([]))
  }

  @Test func `tells what it has read when it leaves`() throws {
    let client = RecordingClient(
      values: startingValues(of: network),
      directives: [(.proceed, step: 0), (.proceed, step: 1), (.finish, step: 2)], leases: leases)
    try run(client) { trainer, _ in
      try trainer.run()
      try trainer.leave()
    }
    #expect(client.given == Array(leases[0..<2]))
    #expect(client.told == [leases[0]])
    #expect(client.events.last == .leave([leases[1]]))
  }

  @Test func `gives back the shard of a mini-batch that it abandons`() throws {
    let client = RecordingClient(
      values: startingValues(of: network), directives: [(.proceed, step: 0), (.proceed, step: 1)], leases: leases,
      waits: 4)
    try run(client) { trainer, _ in
      #expect(throws: RecordingClient.Gone.self) { try trainer.run() }
      try trainer.leave()
    }
    #expect(client.told == [leases[0]])
    #expect(client.events.last == .leave([]), "the second shard was drawn to its end, but nothing was made of it")
  }

  @Test func `says so when it is given a shard that its dataset does not have`() throws {
    let client = RecordingClient(
      values: startingValues(of: network), directives: [(.proceed, step: 0)], leases: [Lease(epoch: 0, shard: 3)])
    try run(client) { trainer, dataset in
      let error = try #require(throws: TrainingError.self) { try trainer.run() }
      #expect(error == .noSuchShard(3, of: 3, folder: dataset.folder))
      #expect(
        "\(error)"
          == "expected a shard to read below 3, as many as \(dataset.folder) has for training, but server 0 gave shard 3"
      )
    }
  }
}
