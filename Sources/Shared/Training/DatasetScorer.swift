public import Datasets
import Foundation
import Layers
public import Models
public import Parameters
import Synchronization
import Tensors

/// Scores all clips of a part of a dataset with a trained network, on several threads.
public struct DatasetScorer: Sendable {
  /// A clip's scores, one for each label, and the labels that it has.
  public struct ScoredClip: Sendable {
    public let place: ClipPlace
    public let scores: [Float]
    public let labels: [Int]
    public let patches: Int
    /// The loss of its patches, as in training.
    public let loss: Double
  }

  private let networks: [Network]
  private let dataset: Dataset
  private let loss: Loss

  /// - Parameter others: Networks of the same kind with other weights: a score is then the mean of what all say.
  /// - Precondition: The network has as many outputs as the dataset has labels, and the dataset is read as it reads.
  public init(_ network: Network, beside others: [Network] = [], _ dataset: Dataset, loss: Loss = .crossEntropy) {
    networks = [network] + others
    precondition(networks.allSatisfy { $0.classes == dataset.description.classes }, "an output for each label")
    self.dataset = dataset
    self.loss = loss
  }

  /// Scores the clips, and adds each to a result: no more of them are held than wait for those of an earlier shard.
  ///
  /// - Parameters:
  ///   - selection: Those of the part that are meant; by default all.
  ///   - threads: How many shards are scored at a time, at least 1.
  ///   - initial: The result without clips.
  ///   - progress: Called with the number of clips that are done, one call at a time; if it throws, scoring ends.
  ///   - add: Called in the order of the part's shards, whatever the number of threads; if it throws, scoring ends.
  /// - Throws: `DatasetError`, or what `progress` and `add` throw.
  public func run<Result: Sendable>(
    _ split: Split, _ selection: ClipSelection? = nil, threads: Int, into initial: Result,
    progress: @Sendable (Int) throws -> Void, add: @Sendable (inout Result, ScoredClip) throws -> Void
  ) throws -> Result {
    let shards = dataset.shards(of: split)
    let selection = selection ?? ClipSelection(of: shards)
    let work = Mutex(Work(shards: shards.count, result: initial))
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      var scorers = networks.map { ClipScorer($0) }
      while let index = work.withLock({ $0.take() }) {
        do {
          let scored = try score(selection.places[index], ofShard: index, shards[index], &scorers) {
            try work.withLock { try $0.count(progress) }
          }
          try work.withLock { try $0.finish(index, scored, add) }
        } catch {
          work.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    return try work.withLock { work in
      if let failure = work.failure { throw failure }
      return work.result
    }
  }

  /// Scores some clips of a shard.
  private func score(
    _ places: RangeSet<Int>, ofShard number: Int, _ shard: ShardDescription, _ scorers: inout [ClipScorer],
    counting count: () throws -> Void
  ) throws -> [ScoredClip] {
    var scored: [ScoredClip] = []
    guard let end = places.ranges.last?.upperBound else { return [] }
    var reader = try dataset.clips(of: shard)
    for place in 0..<end {
      guard let clip = try reader.next() else { break }
      guard places.contains(place) else { continue }
      guard clip.count > 0 else {
        throw DatasetError.invalid(path: shard.file, reason: "the clip \(clip.identifier) has no patch")
      }
      scored.append(score(clip, at: ClipPlace(shard: number, clip: place), &scorers))
      try count()
    }
    return scored
  }

  private func score(_ clip: Clip, at place: ClipPlace, _ scorers: inout [ClipScorer]) -> ScoredClip {
    let classes = dataset.description.classes
    let ofOnePatch = (0..<classes).map { clip.labels.contains($0) ? Float(1) : 0 }
    let targets = Tensor([clip.count, classes], values: Array(repeatElement(ofOnePatch, count: clip.count).joined()))
    let input = clip.input(dataset.description)
    var scores = [Float](repeating: 0, count: classes)
    var lossSum = 0.0
    for index in scorers.indices {
      let logits = scorers[index].logits(ofPatches: input)
      for (label, score) in ClipScorer.scores(logits: logits).enumerated() {
        scores[label] += score / Float(scorers.count)
      }
      lossSum += loss.value(logits: logits, targets: targets).loss
    }
    return ScoredClip(
      place: place, scores: scores, labels: clip.labels, patches: clip.count, loss: lossSum / Double(scorers.count))
  }

  /// What the threads share.
  private struct Work<Result: Sendable> {
    let shards: Int
    var result: Result
    var failure: (any Error)?
    private var next = 0
    private var done = 0
    /// The first shard whose clips are not in the result yet, and those behind it that are scored.
    private var nextToAdd = 0
    private var waiting: [Int: [ScoredClip]] = [:]

    init(shards: Int, result: Result) {
      self.shards = shards
      self.result = result
    }

    /// The next shard to be scored; none once something has failed.
    mutating func take() -> Int? {
      guard failure == nil, next < shards else { return nil }
      defer { next += 1 }
      return next
    }

    mutating func count(_ tell: (Int) throws -> Void) throws {
      if let failure { throw failure }
      done += 1
      try tell(done)
    }

    /// Adds the clips of a shard to the result, and of those that waited for it.
    mutating func finish(_ shard: Int, _ clips: [ScoredClip], _ add: (inout Result, ScoredClip) throws -> Void) throws {
      if let failure { throw failure }
      waiting[shard] = clips
      while let clips = waiting.removeValue(forKey: nextToAdd) {
        for clip in clips { try add(&result, clip) }
        nextToAdd += 1
      }
    }
  }
}
