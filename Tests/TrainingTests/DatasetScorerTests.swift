import Datasets
import Layers
import Models
import Synchronization
import Tensors
import Testing
import Training

@Suite struct `The clips of a dataset` {
  private struct Stop: Error, Equatable {}

  /// Twelve clips: six in the first shard, which takes longer to score than all others, and one in each of the others.
  private func withScorer(_ body: (DatasetScorer, Dataset) throws -> Void) throws {
    var network = smallNetwork()
    network.install(startingValues(of: network))
    let clips = (0..<12).map { number in
      let bytes = Array(repeating: UInt8(20 * number), count: (number < 6 ? 50 : 1) * 96 * 64)
      return Clip(identifier: "\(number)", start: 0, end: 1, labels: [number % 3], patches: bytes)
    }
    let shards = [Array(clips[..<6])] + clips[6...].map { [$0] }
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, shards: shards, classes: 3)
      try body(DatasetScorer(network, dataset), dataset)
    }
  }

  private func scores(_ scorer: DatasetScorer, threads: Int) throws -> [[Float]] {
    let (scores, labels) = try scorer.run(.train, threads: threads, into: ([[Float]](), [[Int]]())) { _ in
    } add: {
      $0.0.append($1.scores)
      $0.1.append($1.labels)
    }
    #expect(labels == (0..<12).map { [$0 % 3] })
    return scores
  }

  @Test func `are added in their order, whatever the number of threads`() throws {
    try withScorer { scorer, _ in
      let alone = try scores(scorer, threads: 1)
      #expect(Set(alone).count > 1)
      for threads in [2, 3, 8] { #expect(try scores(scorer, threads: threads) == alone) }
    }
  }

  @Test(arguments: [(12, 3), (40, 2), (9, 2), (3, 2), (1, 4)])
  func `are the first ones, up to a limit`(limit: Int, threads: Int) throws {
    try withScorer { scorer, dataset in
      let all = try scores(scorer, threads: 1)
      let counted = Mutex(0)
      let first = ClipSelection(first: limit, of: dataset.shards(of: .train))
      let some = try scorer.run(.train, first, threads: threads, into: [[Float]]()) { done in
        counted.withLock { $0 = done }
      } add: {
        $0.append($1.scores)
      }
      #expect(some == Array(all.prefix(limit)))
      #expect(counted.withLock { $0 } == min(limit, 12))
    }
  }

  @Test func `are those of a balanced selection, each told with its place`() throws {
    try withScorer { scorer, dataset in
      let all = try scores(scorer, threads: 1)
      let selection = try dataset.balanced(.train, by: LabelBalance(clipsPerLabel: 2), threads: 2)
      #expect(selection.count == 6)
      #expect(try dataset.balanced(.train, by: LabelBalance(clipsPerLabel: 2), threads: 5) == selection)
      let chosen = try scorer.run(.train, selection, threads: 3, into: [DatasetScorer.ScoredClip]()) { _ in
      } add: {
        $0.append($1)
      }
      #expect(chosen.count == 6 && Dictionary(grouping: chosen, by: \.labels).values.allSatisfy { $0.count == 2 })
      for clip in chosen {
        let number = try #require(Int(dataset.clip(at: clip.place, of: .train).identifier))
        #expect(clip.scores == all[number] && clip.labels == [number % 3])
      }
    }
  }

  @Test func `have the loss of training`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, shards: randomShards(2, patches: 3), classes: 3)
      var network = smallNetwork()
      network.install(startingValues(of: network))
      let clips = try DatasetScorer(network, dataset).run(
        .train, threads: 1, into: [DatasetScorer.ScoredClip](), progress: { _ in }, add: { $0.append($1) })
      for (number, clip) in clips.enumerated() {
        var reader = try dataset.clips(of: dataset.shards(of: .train)[number])
        var x = Features(try #require(try reader.next()).input(dataset.description))
        for stage in 0..<network.stageCount { x = network.forward(stage: stage, x, mode: .inference) }
        let targets = Tensor([3, 3], values: (0..<3).flatMap { _ in (0..<3).map { $0 == number ? 1 : 0 } })
        #expect(clip.patches == 3)
        #expect(abs(clip.loss - sigmoidCrossEntropy(logits: x.tensor, targets: targets).loss) < 1e-6)
      }
    }
  }

  @Test func `have the mean of what several networks say`() throws {
    try withTemporaryFolder { folder in
      let dataset = try dataset(in: folder, shards: randomShards(2, patches: 3), classes: 3)
      let networks = (1...3).map { seed in
        var network = smallNetwork()
        network.install(network.parameters.map { network.initialValues(of: $0, seed: UInt64(seed)) })
        return network
      }
      func clips(_ scorer: DatasetScorer) throws -> [DatasetScorer.ScoredClip] {
        try scorer.run(.train, threads: 1, into: [], progress: { _ in }, add: { $0.append($1) })
      }
      let alone = try networks.map { try clips(DatasetScorer($0, dataset)) }
      let together = try clips(DatasetScorer(networks[0], beside: Array(networks[1...]), dataset))
      for (place, clip) in together.enumerated() {
        for label in 0..<3 {
          let mean = alone.reduce(0) { $0 + $1[place].scores[label] } / 3
          #expect(abs(clip.scores[label] - mean) < 1e-6)
        }
        #expect(abs(clip.loss - alone.reduce(0) { $0 + $1[place].loss } / 3) < 1e-9)
      }
    }
  }

  @Test(arguments: [1, 3]) func `are no longer added once that fails`(threads: Int) throws {
    try withScorer { scorer, _ in
      let added = Mutex(0)
      #expect(throws: Stop()) {
        try scorer.run(.train, threads: threads, into: 0) { _ in
        } add: { count, _ in
          count += 1
          added.withLock { $0 += 1 }
          if count == 5 { throw Stop() }
        }
      }
      #expect(added.withLock { $0 } == 5)
    }
  }

  @Test(arguments: [1, 3]) func `are no longer scored once the progress is not wanted`(threads: Int) throws {
    try withScorer { scorer, _ in
      let calls = Mutex(0)
      #expect(throws: Stop()) {
        try scorer.run(.train, threads: threads, into: 0) { done in
          calls.withLock { $0 += 1 }
          if done == 3 { throw Stop() }
        } add: { count, _ in
          count += 1
        }
      }
      #expect(calls.withLock { $0 } == 3)
    }
  }
}
