public import Datasets
import Foundation
import Layers
public import Models
import Synchronization
import Tensors

/// Scores all clips of a part of a dataset with a trained network, on several threads.
public struct DatasetScorer: Sendable {
  /// A clip's scores, one for each label, and the labels that it has.
  public struct ScoredClip: Sendable {
    public let scores: [Float]
    public let labels: [Int]
    public let patches: Int
    /// The loss of its patches, as in training.
    public let loss: Double
  }

  private let network: Network
  private let dataset: Dataset

  /// - Precondition: The network has as many outputs as the dataset has labels.
  public init(_ network: Network, _ dataset: Dataset) {
    precondition(network.classes == dataset.description.classes, "an output for each label")
    self.network = network
    self.dataset = dataset
  }

  /// Scores the clips.
  ///
  /// - Parameters:
  ///   - limit: How many clips at most: the first ones, shard by shard.
  ///   - threads: How many shards are scored at a time, at least 1.
  ///   - progress: Called with the number of clips that are done, one call at a time; if it throws, scoring ends.
  /// - Returns: The clips in the order of the part's shards, whatever the number of threads.
  /// - Throws: `DatasetError`, or what `progress` throws.
  public func run(
    _ split: Split, limit: Int = .max, threads: Int, progress: @Sendable (Int) throws -> Void
  ) throws -> [ScoredClip] {
    var room = limit
    let parts = dataset.shards(of: split).map { shard in
      let clips = min(shard.clips, room)
      room -= clips
      return (shard: shard, clips: clips)
    }.filter { $0.clips > 0 }
    let work = Mutex(Work(scored: Array(repeating: [], count: parts.count)))
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      var scorer = ClipScorer(network)
      while let index = work.withLock({ $0.take() }) {
        do {
          var reader = try dataset.clips(of: parts[index].shard)
          var scored: [ScoredClip] = []
          while scored.count < parts[index].clips, let clip = try reader.next() {
            guard clip.count > 0 else {
              throw DatasetError.invalid(
                path: parts[index].shard.file, reason: "the clip \(clip.identifier) has no patch")
            }
            scored.append(score(clip, &scorer))
            try work.withLock { try $0.count(progress) }
          }
          work.withLock { $0.scored[index] = scored }
        } catch {
          work.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    return try work.withLock { work in
      if let failure = work.failure { throw failure }
      return work.scored.flatMap(\.self)
    }
  }

  private func score(_ clip: Clip, _ scorer: inout ClipScorer) -> ScoredClip {
    let logits = scorer.logits(ofPatches: clip.input(dataset.description))
    let ofOnePatch = (0..<network.classes).map { clip.labels.contains($0) ? Float(1) : 0 }
    let targets = Tensor(logits.shape, values: Array(repeatElement(ofOnePatch, count: clip.count).joined()))
    return ScoredClip(
      scores: ClipScorer.scores(logits: logits), labels: clip.labels, patches: clip.count,
      loss: sigmoidCrossEntropy(logits: logits, targets: targets).loss)
  }

  /// What the threads share.
  private struct Work {
    var scored: [[ScoredClip]]
    var failure: (any Error)?
    private var next = 0
    private var done = 0

    init(scored: [[ScoredClip]]) { self.scored = scored }

    /// The next shard to be scored; none once something has failed.
    mutating func take() -> Int? {
      guard failure == nil, next < scored.count else { return nil }
      defer { next += 1 }
      return next
    }

    mutating func count(_ tell: (Int) throws -> Void) throws {
      if let failure { throw failure }
      done += 1
      try tell(done)
    }
  }
}
