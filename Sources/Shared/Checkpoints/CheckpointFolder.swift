/// The folder of a run's checkpoints, each a folder of its own in it.
///
/// A checkpoint exists when its manifest is there; until then, what a folder has is a leftover or still being written.
public struct CheckpointFolder: Sendable {
  public let path: String

  public init(_ path: String) {
    self.path = path
  }

  /// A name that no checkpoint has, committed or not; the folder is made at once, so that nobody else takes the name.
  public func newName(step: Int) -> String {
    // Where a folder cannot be read or made, those who write into it say why.
    try? Folder(path).make()
    var name = CheckpointName(step: step, after: (try? names())?.last)
    while (try? Folder(folder(of: name)).claim()) == false { name = CheckpointName(step: step, after: name) }
    return name.description
  }

  /// Makes a checkpoint exist, all at once, whose shards have been finished.
  ///
  /// - Parameter name: As `newName` gave it.
  public func commit(_ manifest: CheckpointManifest, name: String) throws(CheckpointError) {
    let folder = "\(path)/\(name)"
    for (server, record) in manifest.shards.enumerated() {
      let expected = ShardRecord.fileName(server: server, of: manifest.shards.count)
      guard record.file == expected else {
        throw .unwritable(path: "\(folder)/\(expected)", reason: "the server's record names '\(record.file)'")
      }
      let partial = ShardRecord.partialName(record.file, generation: record.generation)
      try File.rename("\(folder)/\(partial)", to: "\(folder)/\(record.file)")
    }
    let files = manifest.shards.map(\.file)
    for leftover in try Folder(folder).names() ?? [] where !files.contains(leftover) {
      try File.remove("\(folder)/\(leftover)")  // of a start of a server that was replaced
    }
    try Folder(folder).synchronize()
    try write(manifest, to: "\(folder)/\(CheckpointManifest.fileName)")
    for folder in [folder, path, "\(path)/.."] { try Folder(folder).synchronize() }
  }

  private func write(_ manifest: CheckpointManifest, to path: String) throws(CheckpointError) {
    let bytes = try manifest.encoded(for: path)
    let file = try File(creating: "\(path).new")
    try file.write(unsafe bytes.span.bytes, at: 0)
    try file.synchronize()
    try File.rename("\(path).new", to: path)
  }

  /// Removes the oldest committed checkpoints beyond some number, and what was never committed and is older than the
  /// newest committed one.
  ///
  /// - Parameter keep: At least the newest is kept, whatever the number.
  public func prune(keep: Int) throws(CheckpointError) {
    let committed = try committed()
    guard let newest = committed.last else { return }
    let kept = committed.suffix(max(1, keep))
    for name in try names() where name < newest && !kept.contains(name) {
      // The manifest goes first: what is half removed must not look like a damaged checkpoint.
      try File.remove("\(folder(of: name))/\(CheckpointManifest.fileName)")
      try Folder(folder(of: name)).remove()
    }
  }

  /// The committed checkpoints, oldest first; whether they are whole is not looked at.
  public func committed() throws(CheckpointError) -> [CheckpointName] {
    try names().filter { name in
      File.exists("\(folder(of: name))/\(CheckpointManifest.fileName)")
    }
  }

  /// Opens one of the committed checkpoints, and checks all of it.
  public func open(_ name: CheckpointName) throws(CheckpointError) -> Checkpoint {
    try Checkpoint(folder(of: name))
  }

  /// The newest checkpoint that is whole, and why each newer one is not used.
  public func newestGood() throws(CheckpointError) -> (checkpoint: Checkpoint?, refused: [CheckpointError]) {
    var refused: [CheckpointError] = []
    for name in try committed().reversed() {
      do throws(CheckpointError) {
        return (try open(name), refused)
      } catch {
        refused.append(error)
      }
    }
    return (nil, refused)
  }

  private func folder(of name: CheckpointName) -> String { "\(path)/\(name)" }

  /// The names of all checkpoints, committed or not, in their order.
  private func names() throws(CheckpointError) -> [CheckpointName] {
    (try Folder(path).names() ?? []).compactMap { CheckpointName($0) }.sorted()
  }
}
