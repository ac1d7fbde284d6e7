import Layers
import Models
import Synchronization
import Tensors
import Testing
import Training

@Suite struct `The clips of a part` {
  @Test func `are scored in their order up to a limit, whatever the number of threads`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, shards: randomShards(5, patches: 2), classes: 3)
      var network = smallNetwork()
      network.install(startingValues(of: network))
      let all = try DatasetScorer(network, dataset).run(.train, threads: 1) { _ in }
      #expect(all.map(\.labels) == [[0], [1], [2], [0], [1]])
      for (limit, threads) in [(5, 3), (9, 2), (3, 2), (1, 4)] {
        let counted = Mutex(0)
        let some = try DatasetScorer(network, dataset).run(.train, limit: limit, threads: threads) { done in
          counted.withLock { $0 = done }
        }
        #expect(some.map(\.scores) == all.prefix(limit).map(\.scores))
        #expect(counted.withLock { $0 } == min(limit, 5))
      }
    }
  }

  @Test func `have the loss of training`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, shards: randomShards(2, patches: 3), classes: 3)
      var network = smallNetwork()
      network.install(startingValues(of: network))
      for (number, clip) in try DatasetScorer(network, dataset).run(.train, threads: 1, progress: { _ in }).enumerated()
      {
        var reader = try dataset.clips(of: dataset.shards(of: .train)[number])
        var x = Features(try #require(try reader.next()).input(dataset.description))
        for stage in 0..<network.stageCount { x = network.forward(stage: stage, x, mode: .inference) }
        let targets = Tensor([3, 3], values: (0..<3).flatMap { _ in (0..<3).map { $0 == number ? 1 : 0 } })
        #expect(clip.patches == 3)
        #expect(abs(clip.loss - sigmoidCrossEntropy(logits: x.tensor, targets: targets).loss) < 1e-6)
      }
    }
  }
}
