public import Parameters

/// The checkpoints of a run, wherever they lie: what there is, what is good, what may go.
public struct CheckpointStore: Sendable {
  private let place: any CheckpointPlace

  init(_ place: any CheckpointPlace) { self.place = place }

  /// The checkpoints in a folder.
  public init(folder path: String) { self.init(CheckpointFolder(path)) }

  /// For people: a path, or `s3://BUCKET/PREFIX`.
  public var location: String { place.location }

  /// A name that no checkpoint has, committed or not.
  ///
  /// - Parameter last: The newest name that is known; a folder is looked into, too.
  public func newName(step: Int, after last: CheckpointName? = nil) -> CheckpointName {
    place.newName(step: step, after: last)
  }

  /// The names of all checkpoints, committed or not, in their order.
  public func names() throws(CheckpointError) -> [CheckpointName] { try place.files().keys.sorted() }

  /// Opens a server's shard of a checkpoint that is to be made.
  ///
  /// - Parameters:
  ///   - owned: The server's chunks, as positions in the manifest's `chunks`; may be none.
  ///   - slots: The names of what the optimizer keeps beside each weight.
  ///   - generation: The server's count of its own starts.
  ///   - count: The number of servers.
  public func shardWriter(
    _ name: CheckpointName, server: Int, of count: Int, manifest: Manifest, owned: Range<Int>, slots: [String],
    generation: UInt32
  ) throws(CheckpointError) -> ShardWriter {
    try ShardWriter(
      in: place, checkpoint: name, ShardName(server: server, count: count, generation: generation), manifest: manifest,
      owned: owned, slots: slots)
  }

  /// Makes a checkpoint exist, all at once, whose shards have been finished.
  ///
  /// - Parameters:
  ///   - name: As `newName` gave it.
  ///   - mayCommit: Asked before each try; throws where the checkpoint must not exist any more.
  public func commit(
    _ manifest: CheckpointManifest, name: CheckpointName, mayCommit: () throws -> Void = {}
  ) throws {
    let count = manifest.shards.count
    let shards = manifest.shards.enumerated().map { server, record in
      ShardName(server: server, count: count, generation: record.generation)
    }
    for (shard, record) in zip(shards, manifest.shards) {
      let expected = place.shardName(server: shard.server, of: count, generation: shard.generation)
      guard record.file == expected else {
        throw CheckpointError.unwritable(
          path: "\(location)/\(name)/\(expected)", reason: "the server's record names '\(record.file)'")
      }
    }
    let bytes = try manifest.encoded(for: "\(location)/\(name)/\(CheckpointManifest.fileName)")
    try place.commit(name, shards: shards, manifest: bytes, mayCommit: mayCommit)
  }

  /// Removes the oldest committed checkpoints beyond some number, and what was never committed and is older than the
  /// newest committed one.
  ///
  /// - Parameters:
  ///   - keep: At least the newest is kept, whatever the number.
  ///   - steps: Those of checkpoints that are kept beside them.
  public func prune(keep: Int, sparing steps: Set<Int> = []) throws(CheckpointError) {
    let files = try place.files()
    let committed = Self.committed(of: files)
    guard let newest = committed.last else { return }
    let kept = committed.suffix(max(1, keep)) + committed.filter { steps.contains($0.step) }
    for name in files.keys.sorted() where name < newest && !kept.contains(name) {
      try place.remove(name, files: files[name] ?? [])
    }
  }

  /// Removes what there is of checkpoints that were given up.
  public func discard(_ names: [CheckpointName]) throws(CheckpointError) {
    let files = try place.files()
    for name in names {
      guard let left = files[name], !left.contains(CheckpointManifest.fileName) else { continue }
      try place.remove(name, files: left)
    }
  }

  /// The committed checkpoints, oldest first; whether they are whole is not looked at.
  public func committed() throws(CheckpointError) -> [CheckpointName] { Self.committed(of: try place.files()) }

  private static func committed(of files: [CheckpointName: [String]]) -> [CheckpointName] {
    files.filter { $0.value.contains(CheckpointManifest.fileName) }.keys.sorted()
  }

  /// Opens one of the committed checkpoints, whose values are not checked yet.
  public func open(_ name: CheckpointName) throws(CheckpointError) -> Checkpoint { try Checkpoint(name, in: place) }

  /// The newest committed checkpoint of a step, of which all is read and checked; `nil` where there is none.
  ///
  /// - Throws: Also where it is not whole.
  public func checked(atStep step: Int) throws(CheckpointError) -> Checkpoint? {
    guard let name = try committed().last(where: { $0.step == step }) else { return nil }
    let checkpoint = try open(name)
    try checkpoint.checkAll()
    return checkpoint
  }

  /// The newest checkpoint that is whole, of which all is read and checked, and why each newer one is not used.
  ///
  /// - Parameter step: Those from it on are passed over.
  /// - Throws: `CheckpointError.unreachable` where it cannot be told whether one is whole.
  public func newestGood(
    before step: Int = .max
  ) throws(CheckpointError) -> (checkpoint: Checkpoint?, refused: [CheckpointError]) {
    var refused: [CheckpointError] = []
    for name in try committed().reversed() where name.step < step {
      do throws(CheckpointError) {
        let checkpoint = try open(name)
        try checkpoint.checkAll()
        return (checkpoint, refused)
      } catch {
        guard error.isFlaw else { throw error }
        refused.append(error)
      }
    }
    return (nil, refused)
  }
}
