/// A folder of checkpoints, each a folder of its own in it; on a disk that all servers share.
struct CheckpointFolder: CheckpointPlace {
  let location: String

  init(_ path: String) { location = path }

  func files() throws(CheckpointError) -> [CheckpointName: [String]] {
    var files: [CheckpointName: [String]] = [:]
    for name in (try Folder(location).names() ?? []).compactMap({ CheckpointName($0) }) {
      files[name] = try Folder(path(of: name)).names()
    }
    return files
  }

  /// Looks for the newest name itself, and makes the checkpoint's folder at once, so that nobody else takes the name.
  func newName(step: Int, after last: CheckpointName?) -> CheckpointName {
    // Where a folder cannot be read or made, those who write into it say why.
    try? Folder(location).make()
    let newest = (try? Folder(location).names())?.compactMap { CheckpointName($0) }.max()
    var name = CheckpointName(step: step, after: [newest, last].compactMap(\.self).max())
    while (try? Folder(path(of: name)).claim()) == false { name = CheckpointName(step: step, after: name) }
    return name
  }

  func shardName(server: Int, of count: Int, generation: UInt32) -> String {
    ShardRecord.fileName(server: server, of: count)
  }

  func createShard(_ shard: ShardName, of name: CheckpointName) throws(CheckpointError) -> File {
    try Folder(path(of: name)).make()
    return try File(creating: "\(path(of: name))/\(partialName(of: shard))")
  }

  func keep(_ file: File, as shard: ShardName, of name: CheckpointName) throws(CheckpointError) {
    try file.synchronize()
  }

  func discard(_ file: File) {
    try? File.remove(file.path)  // where it cannot be removed, it is with its folder some day
  }

  func commit(
    _ name: CheckpointName, shards: [ShardName], manifest: [UInt8], mayCommit: () throws -> Void
  ) throws {
    try mayCommit()
    let folder = path(of: name)
    var files: [String] = []
    for shard in shards {
      files.append(shardName(server: shard.server, of: shard.count, generation: shard.generation))
      try File.rename("\(folder)/\(partialName(of: shard))", to: "\(folder)/\(files[files.count - 1])")
    }
    for leftover in try Folder(folder).names() ?? [] where !files.contains(leftover) {
      try File.remove("\(folder)/\(leftover)")  // of a start of a server that was replaced
    }
    try Folder(folder).synchronize()
    try write(manifest, to: "\(folder)/\(CheckpointManifest.fileName)")
    for folder in [folder, location, "\(location)/.."] { try Folder(folder).synchronize() }
  }

  func remove(_ name: CheckpointName, files: [String]) throws(CheckpointError) {
    try File.remove("\(path(of: name))/\(CheckpointManifest.fileName)")
    try Folder(path(of: name)).remove()
  }

  func open(_ file: String, of name: CheckpointName) throws(CheckpointError) -> any ReadableFile {
    try File(reading: "\(path(of: name))/\(file)")
  }

  private func path(of name: CheckpointName) -> String { "\(location)/\(name)" }

  /// The name until the checkpoint is committed: a start of the server that was replaced, but does not know it yet, writes
  /// to another file than its successor.
  private func partialName(of shard: ShardName) -> String {
    "\(ShardRecord.fileName(server: shard.server, of: shard.count)).\(shard.generation)"
  }

  private func write(_ bytes: [UInt8], to path: String) throws(CheckpointError) {
    let file = try File(creating: "\(path).new")
    try file.write(unsafe bytes.span.bytes, at: 0)
    try file.synchronize()
    try File.rename("\(path).new", to: path)
  }
}
