internal import Foundation
internal import Synchronization

/// Writes a dataset shard by shard: TFRecord files, `report.json`, and `dataset.json` last of all.
///
/// Which clip lies in which shard is settled before, so shards are made in any order, on any number of threads, and what
/// was killed goes on where it stopped: the bytes are the same. A shard is written under another name and renamed when it
/// is whole; `.preparation` holds what is known about finished ones.
public struct DatasetAssembly: Sendable {
  /// A shard that is to be made.
  public struct Shard: Sendable {
    /// The name of its file.
    public let name: String
    public let split: Split
    /// How many of the things there are whose number is shown as progress.
    public let count: Int

    public init(name: String, split: Split, count: Int) {
      self.name = name
      self.split = split
      self.count = count
    }
  }

  /// How far it is.
  public struct Progress: Sendable {
    /// What has been dealt with, in earlier runs too.
    public var done: Int
    public let total: Int
    /// The length of the sound of what this run has dealt with.
    public var seconds: Double
  }

  /// Told how many more things have been dealt with, and the seconds of their sound; it throws where all is to end.
  public typealias Teller = (_ count: Int, _ seconds: Double) throws -> Void
  /// Makes a shard, by its position.
  public typealias Maker = @Sendable (_ shard: Int, _ output: inout ShardOutput, _ tell: Teller) throws -> Void

  /// Where the dataset is to be.
  let folder: String
  /// For people: where what it is made of comes from.
  let source: String
  /// What is counted as progress, in the plural: `sounds`.
  let unit: String
  /// The dataset as it will be, with nothing counted yet.
  let description: DatasetDescription
  let shards: [Shard]
  /// What is left out from the beginning.
  let skipped: [SkippedSound]

  /// - Parameters:
  ///   - folder: Where the dataset is to be; made if it is not there.
  ///   - source: For people: where what it is made of comes from.
  ///   - unit: What is counted as progress, in the plural: `sounds`.
  ///   - description: The dataset as it will be, with nothing counted yet.
  ///   - skipped: What is left out from the beginning.
  public init(
    into folder: String, from source: String, counting unit: String, _ description: DatasetDescription,
    _ shards: [Shard],
    skipped: [SkippedSound]
  ) {
    (self.folder, self.source, self.unit) = (folder, source, unit)
    (self.description, self.shards, self.skipped) = (description, shards, skipped)
  }

  /// How many things all shards have.
  public var total: Int { shards.reduce(0) { $0 + $1.count } }

  /// Makes what is not yet there.
  ///
  /// - Parameters:
  ///   - threads: How many shards are made at a time.
  ///   - progress: Called one call at a time. If it throws, the work stops, and can go on later.
  /// - Throws: `DatasetError`, among others if the folder holds another dataset, or if there is no clip at all; or what
  ///   `make` and `progress` throw.
  public func run(
    threads: Int, progress: @escaping @Sendable (Progress) throws -> Void, make: Maker
  ) throws -> PreparationReport {
    precondition(threads > 0, "a preparation needs a thread")
    if let report = try finishedReport() { return report }
    let lock = try PreparationLock(folder: folder)
    defer { lock.release() }
    try claim()
    let found = try shards.map { try finishedRecord(of: $0) }
    let done = zip(shards, found).reduce(0) { $0 + ($1.1 == nil ? 0 : $1.0.count) }
    let work = Mutex(Work(progress: Progress(done: done, total: total, seconds: 0), records: found))
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while let index = work.withLock({ $0.take() }) {
        do {
          let record = try write(shards[index]) { output in
            try make(index, &output) { count, seconds in
              try work.withLock { try $0.note(count, seconds, progress) }
            }
          }
          work.withLock { $0.records[index] = record }
        } catch {
          work.withLock { $0.failure = $0.failure ?? error }
        }
      }
    }
    return try work.withLock { work in
      if let failure = work.failure { throw failure }
      return try finish(work.records.map { $0! })
    }
  }

  /// What the threads share.
  private struct Work {
    var progress: Progress
    var records: [ShardRecord?]
    var failure: (any Error)?
    private var next = 0

    init(progress: Progress, records: [ShardRecord?]) {
      self.progress = progress
      self.records = records
    }

    /// The next shard to be made; none once something has failed.
    mutating func take() -> Int? {
      guard failure == nil else { return nil }
      while next < records.count, records[next] != nil { next += 1 }
      guard next < records.count else { return nil }
      defer { next += 1 }
      return next
    }

    mutating func note(_ count: Int, _ seconds: Double, _ tell: (Progress) throws -> Void) throws {
      if let failure { throw failure }
      progress.done += count
      progress.seconds += seconds
      try tell(progress)
    }
  }
}
