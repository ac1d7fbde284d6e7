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
  private func run(
    _ client: RecordingClient, _ consistency: Consistency = .async, _ body: (Trainer, Dataset) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, shards: randomShards(3, patches: 4), classes: 3)
      let trainer = Trainer(
        network, client: client, patches: LeasedPatches(dataset, capacity: 1, seed: 4), batch: 4,
        consistency: consistency, log: Logger(label: "test"))
      try body(trainer, dataset)
    }
  }

  /// The loss and the gradients that the first mini-batch has with the starting values.
  private func firstBatch(of dataset: Dataset) throws -> (loss: Double, gradients: [Tensor]) {
    let client = RecordingClient(values: [], directives: [], leases: leases)
    var patches = LeasedPatches(dataset, capacity: 1, seed: 4)
    let batch = try patches.draw(4, atStep: 0, leasing: client)
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
      directives: [
        .init(.proceed, step: 7), .init(.wait, step: 8), .init(.proceed, step: 9), .init(.finish, step: 10),
      ], leases: leases)
    try run(client) { trainer, _ in try trainer.run() }
    let completions = client.events.compactMap { event -> Coordinator.Completion? in
      if case .advance(let completed) = event { completed } else { nil }
    }
    try #require(completions.count == 3, "that of the first is told again after a wait")
    #expect(completions.map(\.clock) == [1, 1, 2])
    #expect(completions.map(\.basedOnStep) == [7, 7, 9])
    #expect(completions.map(\.examples) == [4, 4, 4])
    #expect(completions.allSatisfy { $0.seconds >= $0.waitedSeconds && $0.waitedSeconds >= 0 && $0.seconds > 0 })
    let stages = [0..<2, 2..<4, 4..<6]
    func batch(_ number: Int) -> [RecordingClient.Event] {
      stages.map { .wait($0) } + stages.reversed().map { .push(clock: UInt64(number), $0) }
        + [.advance(completions[2 * number - 2])]
    }
    #expect(
      client.events == [.pull(0..<6), .advance(nil), .directive(.proceed)] + batch(1)
        + [.directive(.wait), .advance(completions[0]), .directive(.proceed)] + batch(2)
        + [.directive(.finish), .wait(0..<6)])
  }

  @Test func `pushes what the weights that came make of its patches`() throws {
    let client = RecordingClient(
      values: startingValues(of: network), directives: [.init(.proceed, step: 0), .init(.finish, step: 1)],
      leases: leases)
    try run(client) { trainer, dataset in
      try trainer.run()
      let (loss, gradients) = try firstBatch(of: dataset)
      #expect(gradients.allSatisfy { $0.array.contains { $0 != 0 } })
      #expect(gradients.indices.map { client.gradients[$0]?.array } == gradients.map(\.array))
      let losses = client.events.compactMap { event -> Float? in
        if case .advance(let completed?) = event { completed.loss } else { nil }
      }
      #expect(losses == [Float(loss)])
    }
  }

  @Test(arguments: [Float.nan, .infinity]) func `ends when the loss is no number, and pushes nothing`(
    value: Float
  ) throws {
    var values = startingValues(of: network)
    values[5] = Tensor(values[5].shape, values: [Float](repeating: value, count: values[5].count))
    let client = RecordingClient(values: values, directives: [.init(.proceed, step: 42)], leases: leases)
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
      directives: [.init(.proceed, step: 0), .init(.proceed, step: 1), .init(.finish, step: 2)], leases: leases)
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
      values: startingValues(of: network), directives: [.init(.proceed, step: 0), .init(.proceed, step: 1)],
      leases: leases,
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
      values: startingValues(of: network), directives: [.init(.proceed, step: 0)], leases: [Lease(epoch: 0, shard: 3)])
    try run(client) { trainer, dataset in
      let error = try #require(throws: TrainingError.self) { try trainer.run() }
      #expect(error == .noSuchShard(3, of: 3, folder: dataset.folder))
      #expect(
        "\(error)"
          == "expected a shard to read below 3, as many as \(dataset.folder) has for training, but server 0 gave shard 3"
      )
    }
  }

  @Test func `in sync has weights of one step before it tells anything, and tells where it draws when asked`() throws {
    let client = RecordingClient(
      values: startingValues(of: network),
      directives: [.init(.proceed, step: 6), .init(.tellSampler, step: 7), .init(.finish, step: 7)], leases: leases)
    client.weights = [6, 7]
    var state = ""
    try run(client, .sync(workers: 2)) { trainer, dataset in
      try trainer.run()
      var patches = LeasedPatches(dataset, capacity: 1, seed: 4)
      _ = try patches.draw(4, atStep: 0, leasing: RecordingClient(values: [], directives: [], leases: leases))
      patches.collectRead()
      state = try patches.state
    }
    let told = client.events.filter { if case .push = $0 { false } else if case .wait = $0 { false } else { true } }
    let completions = told.compactMap { event -> Coordinator.Completion? in
      if case .advance(let completed) = event { completed } else { nil }
    }
    try #require(completions.count == 2)
    #expect(
      told == [
        .pull(0..<6), .waitForOneStep, .advance(nil), .directive(.proceed), .waitForOneStep, .advance(completions[0]),
        .directive(.tellSampler), .tell(state), .advance(completions[0]), .directive(.finish),
      ])
    #expect(client.toldWeights == [6, 7, 7])
  }

  /// Bound 1: the weights for clock c must have been read when all were at clock c - 2.
  @Test func `in bounded awaits all answers before it tells, and pulls anew only what would be too old`() throws {
    let client = RecordingClient(
      values: startingValues(of: network),
      directives: [
        .init(.proceed, step: 0, clock: 1, leastClock: 0), .init(.proceed, step: 0, clock: 2, leastClock: 0),
        .init(.proceed, step: 0, clock: 3, leastClock: 1), .init(.proceed, step: 0, clock: 9, leastClock: 8),
        .init(.finish, step: 0),
      ], leases: leases + [Lease(epoch: 1, shard: 0), Lease(epoch: 1, shard: 1)])
    try run(client, .bounded(steps: 1)) { trainer, _ in try trainer.run() }
    let pulls = client.events.indices.filter { client.events[$0] == .pull(0..<6) }
    let directives = client.events.indices.filter { client.events[$0] == .directive(.proceed) }
    try #require(directives.count == 4)
    #expect(pulls == [0, directives[2] + 1, directives[3] + 1])
    for index in client.events.indices.dropFirst(2) {
      if case .advance = client.events[index] { #expect(client.events[index - 1] == .wait(0..<6)) }
    }
    let clocks = client.events.compactMap { event -> UInt64? in
      if case .advance(let completed?) = event { completed.clock } else { nil }
    }
    #expect(clocks == [1, 2, 3, 9])
  }
}
