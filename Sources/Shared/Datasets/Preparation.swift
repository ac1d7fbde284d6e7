public import Audio

/// Turns sounds into a dataset of log-mel patches; see `DatasetAssembly` for how it is written.
public struct Preparation: Sendable {
  /// Reads a sound file, hands over one patch after the other as `[frames, bands]`, and returns the sound's length in
  /// seconds.
  public typealias PatchSource =
    @Sendable (_ path: String, _ settings: FrontEndSettings, _ take: (Span<Float>) throws -> Void) throws -> Double

  public let plan: PreparationPlan
  private let assembly: DatasetAssembly

  /// - Parameter folder: Where the dataset is to be; made if it is not there.
  public init(of plan: PreparationPlan, into folder: String) {
    self.plan = plan
    let shards = plan.shards.map { DatasetAssembly.Shard(name: $0.name, split: $0.split, count: $0.sounds.count) }
    assembly = DatasetAssembly(
      into: folder, from: plan.folder, counting: "sounds", plan.description, shards, skipped: plan.skipped)
  }

  /// Prepares what is not yet there.
  ///
  /// - Parameters:
  ///   - threads: How many shards are made at a time.
  ///   - progress: Called after each sound, one call at a time. If it throws, the preparation stops, and can go on later.
  /// - Throws: `DatasetError`, among others if the folder holds a dataset of another preparation, or if no sound at all
  ///   could be used; or what `progress` throws.
  public func run(
    threads: Int, source: PatchSource, progress: @escaping @Sendable (DatasetAssembly.Progress) throws -> Void
  ) throws -> PreparationReport {
    try assembly.run(threads: threads, progress: progress) { shard, output, tell in
      try make(plan.shards[shard], source: source, into: &output, tell)
    }
  }
}
