import Datasets
import Layers
import Logging
import Models
import Parameters
import Tensors
import Testing
import Training

@Suite struct `Training on whole clips` {
  private let model = ModelSpecification(
    .clip(.featureLevelAttention, layers: 1, units: 6, rank: 1), input: .clip(size: 4))

  /// Three shards of four clips of one to five vectors of four values.
  private func withDataset(_ body: (Dataset) throws -> Void) throws {
    var generator = SeededGenerator(seed: 6)
    let shards = (0..<3).map { shard in
      (0..<4).map { clip in
        let bytes = (0..<4 * (1 + (shard + clip) % 5)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        return Clip(
          identifier: "\(shard)/\(clip)", start: 0, end: 1, labels: [clip % 3], patches: bytes, patchSize: 4,
          kind: .embedding)
      }
    }
    try withTemporaryFolder { folder in
      _ = try dataset(in: folder, shards: shards, classes: 3, embedding: 4)
      try body(Dataset(opening: folder, for: model))
    }
  }

  private func client(_ directives: [Coordinator.Instruction] = [], from first: Int = 0) -> RecordingClient {
    let network = Network(model, classes: 3)
    return RecordingClient(
      values: startingValues(of: network), directives: directives,
      leases: (first..<9).map { Lease(epoch: $0 / 3, shard: $0 % 3) })
  }

  private func drawn(_ augmentations: [Augmentation], _ count: Int = 4) throws -> PatchBatch {
    var batch: PatchBatch?
    try withDataset { dataset in
      var patches = LeasedPatches(dataset, capacity: 12, seed: 4, augmentations: augmentations)
      batch = try patches.draw(count, atStep: 0, leasing: client())
    }
    return batch!
  }

  @Test func `reads an example for each clip`() throws {
    try withDataset { dataset in
      var patches = LeasedPatches(dataset, capacity: 12, seed: 4)
      let batch = try patches.draw(12, atStep: 0, leasing: client())
      #expect(batch.input.shape == [12, 5, 1, 4])
      #expect(batch.lengths?.sorted() == [1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5])
      patches.collectRead()
      #expect(patches.takeRead().map(\.shard).sorted() == [0, 1, 2])
    }
  }

  @Test func `with mixup makes mixtures as long as the longer clip`() throws {
    let (plain, mixed) = (try drawn([], 12), try drawn([.mixup], 12))
    let (before, after) = (try #require(plain.lengths), try #require(mixed.lengths))
    #expect(zip(before, after).allSatisfy { $0 <= $1 } && before != after)
    #expect(after.allSatisfy(before.contains))
  }

  @Test(arguments: [Sampling.uniform, .balanced])
  func `drops out by numbers that follow from where the drawing is`(sampling: Sampling) throws {
    try withDataset { dataset in
      func patches(goingOnAt state: String?) throws -> any PatchSource {
        switch (sampling, state) {
        case (.balanced, _): try BalancedPatches(dataset, seed: 5, state: state)
        case (.uniform, let state?): try LeasedPatches(dataset, capacity: 4, state: state)
        case (.uniform, nil): LeasedPatches(dataset, capacity: 4, seed: 5)
        }
      }
      var first = try patches(goingOnAt: nil)
      let before = try first.draw(4, atStep: 0, leasing: client()).seed
      first.collectRead()
      var second = try patches(goingOnAt: first.state)
      let next = try first.draw(4, atStep: 1, leasing: client(from: 1))
      let again = try second.draw(4, atStep: 1, leasing: client(from: 1))
      #expect(next.seed == again.seed && next.seed != before)
      #expect(next.input.array == again.input.array)
    }
  }

  @Test(arguments: [Loss.crossEntropy, .focal(gamma: 2, alpha: 0.25)])
  func `pushes the gradient of its loss, without what is dropped out and what only fills clips up`(loss: Loss) throws {
    try withDataset { dataset in
      let client = client([.init(.proceed, step: 0), .init(.finish, step: 1)])
      try Trainer(
        Network(model, classes: 3), client: client, patches: LeasedPatches(dataset, capacity: 12, seed: 4), batch: 8,
        loss: loss, consistency: .async, log: Logger(label: "test")
      ).run()
      var patches = LeasedPatches(dataset, capacity: 12, seed: 4)
      let batch = try patches.draw(8, atStep: 0, leasing: self.client())
      func gradients(_ mode: Mode) -> [[Float]] {
        var network = Network(model, classes: 3)
        network.install(startingValues(of: network))
        var x = Features(batch.input)
        for stage in 0..<network.stageCount { x = network.forward(stage: stage, x, mode: mode) }
        var dy = Features(loss.value(logits: x.tensor, targets: batch.targets).gradient)
        for stage in (0..<network.stageCount).reversed() {
          if let dx = network.backward(stage: stage, dy) { dy = dx }
        }
        return network.parameters.indices.map { network.gradient(ofParameter: $0).array }
      }
      let pushed = client.gradients.keys.sorted().map { client.gradients[$0]!.array }
      #expect(pushed == gradients(Mode(isTraining: true, seed: batch.seed, lengths: batch.lengths)))
      #expect(pushed != gradients(Mode(isTraining: true, seed: batch.seed + 1, lengths: batch.lengths)))
      #expect(pushed != gradients(Mode(isTraining: true, seed: batch.seed)))
    }
  }

  @Test func `is refused where vectors are of another size, or the dataset has log-mel patches`() throws {
    try withDataset { dataset in
      for other in ["single-attention-1x2", "fc-1x2", "fc-1x2-i5", "single-attention-1x2-i5"] {
        let specification = try ModelSpecification(parsing: other)
        #expect(throws: DatasetError.self) { try Dataset(opening: dataset.folder, for: specification) }
      }
      let vectors = try Dataset(opening: dataset.folder, for: ModelSpecification(parsing: "fc-1x2-i4"))
      #expect(vectors.unit == .patch && dataset.unit == .clip)
    }
    try withTemporaryFolder { folder in
      _ = try dataset(in: folder, shards: randomShards(1, patches: 1), classes: 3)
      #expect(throws: DatasetError.self) { try Dataset(opening: folder, for: model) }
    }
  }

  @Test func `gives a score for each clip, which its own vectors decide`() throws {
    try withDataset { dataset in
      var network = Network(model, classes: 3)
      network.install(startingValues(of: network))
      let scored = try DatasetScorer(network, dataset).run(
        .train, threads: 2, into: [DatasetScorer.ScoredClip](), progress: { _ in }, add: { $0.append($1) })
      #expect(scored.count == 12 && scored.allSatisfy { $0.patches == 1 && $0.scores.count == 3 })
      #expect(Set(scored.map(\.scores)).count == 12)
    }
  }
}
