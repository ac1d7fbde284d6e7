import Datasets
import Models
import Synchronization
import Testing
import Training

@Suite struct `The clips of a dataset` {
  private struct Stop: Error, Equatable {}

  /// Twelve clips: six in the first shard, which takes longer to score than all others, and one in each of the others.
  private func withScorer(_ body: (DatasetScorer) throws -> Void) throws {
    var network = smallNetwork()
    network.install(startingValues(of: network))
    let clips = (0..<12).map { number in
      let bytes = Array(repeating: UInt8(20 * number), count: (number < 6 ? 50 : 1) * 96 * 64)
      return Clip(identifier: "\(number)", start: 0, end: 1, labels: [number % 3], patches: bytes)
    }
    let shards = [Array(clips[..<6])] + clips[6...].map { [$0] }
    try withTemporaryFolder { folder in
      try body(DatasetScorer(network, try dataset(in: folder, shards: shards, classes: 3)))
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
    try withScorer { scorer in
      let alone = try scores(scorer, threads: 1)
      #expect(Set(alone).count > 1)
      for threads in [2, 3, 8] { #expect(try scores(scorer, threads: threads) == alone) }
    }
  }

  @Test(arguments: [1, 3]) func `are no longer added once that fails`(threads: Int) throws {
    try withScorer { scorer in
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
    try withScorer { scorer in
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
