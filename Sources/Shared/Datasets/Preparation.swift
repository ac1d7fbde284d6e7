public import Audio
internal import Foundation
internal import Synchronization

/// Turns sounds into a dataset: log-mel patches in TFRecord shards, `report.json`, and `dataset.json` last of all.
///
/// Which clip lies in which shard is settled before the first one is decoded, so shards are made in any order, on any
/// number of threads, and a preparation that was killed goes on where it stopped: the bytes are the same. A shard is
/// written under another name and renamed when it is whole; `.preparation` holds what is known about finished ones.
public struct Preparation: Sendable {
  /// Reads a sound file, hands over one patch after the other as `[frames, bands]`, and returns the sound's length in
  /// seconds.
  public typealias PatchSource =
    @Sendable (_ path: String, _ settings: FrontEndSettings, _ take: (Span<Float>) throws -> Void) throws -> Double

  /// How far a preparation is.
  public struct Progress: Sendable {
    /// Sounds that have been dealt with, those of earlier runs included.
    public var sounds: Int
    public let total: Int
    /// The length of what this run has decoded.
    public var seconds: Double
  }

  public let plan: PreparationPlan
  let folder: String

  /// - Parameter folder: Where the dataset is to be; made if it is not there.
  public init(of plan: PreparationPlan, into folder: String) {
    self.plan = plan
    self.folder = folder
  }

  /// Prepares what is not yet there.
  ///
  /// - Parameters:
  ///   - threads: How many shards are made at a time.
  ///   - progress: Called after each sound, one call at a time. If it throws, the preparation stops, and can go on later.
  /// - Throws: `DatasetError`, among others if the folder holds a dataset of another preparation, or if no sound at all
  ///   could be used; or what `progress` throws.
  public func run(
    threads: Int, source: PatchSource, progress: @Sendable (Progress) throws -> Void
  ) throws -> PreparationReport {
    precondition(threads > 0, "a preparation needs a thread")
    if let report = try finishedReport() { return report }
    let lock = try PreparationLock(folder: folder)
    defer { lock.release() }
    try claim()
    let found = try plan.shards.map { try finishedRecord(of: $0) }
    let start = Progress(
      sounds: zip(plan.shards, found).reduce(0) { $0 + ($1.1 == nil ? 0 : $1.0.sounds.count) },
      total: plan.soundCount, seconds: 0)
    let work = Mutex(Work(progress: start, records: found))
    DispatchQueue.concurrentPerform(iterations: threads) { _ in
      while let index = work.withLock({ $0.take() }) {
        do {
          let record = try make(plan.shards[index], source: source) { seconds in
            try work.withLock { try $0.note(seconds: seconds, progress) }
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

    mutating func note(seconds: Double, _ tell: (Progress) throws -> Void) throws {
      if let failure { throw failure }
      progress.sounds += 1
      progress.seconds += seconds
      try tell(progress)
    }
  }
}
