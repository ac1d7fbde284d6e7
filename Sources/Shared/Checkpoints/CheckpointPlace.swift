/// Where the checkpoints of a run lie, each with some files of its own: a folder, or a bucket of an object store.
///
/// A checkpoint exists when its manifest is there; until then, what there is of it is a leftover or still being written.
protocol CheckpointPlace: Sendable {
  /// For people: a path, or `s3://BUCKET/PREFIX`.
  var location: String { get }

  /// The checkpoints that there are files of, and the names of these, in no order.
  func files() throws(CheckpointError) -> [CheckpointName: [String]]

  /// A name that no checkpoint has, committed or not.
  ///
  /// - Parameter last: The newest name that is known.
  func newName(step: Int, after last: CheckpointName?) -> CheckpointName

  /// The name of a server's shard, once the checkpoint is committed.
  func shardName(server: Int, of count: Int, generation: UInt32) -> String

  /// Makes the file into which a server is to write its shard.
  func createShard(_ shard: ShardName, of name: CheckpointName) throws(CheckpointError) -> File

  /// Makes sure that a shard that is written will be there when the checkpoint is committed.
  func keep(_ file: File, as shard: ShardName, of name: CheckpointName) throws(CheckpointError)

  /// Removes a shard that could not be finished.
  func discard(_ file: File)

  /// Makes a checkpoint exist, all at once, whose shards are kept.
  ///
  /// - Parameter mayCommit: Asked before each try; throws where it must not exist any more.
  func commit(
    _ name: CheckpointName, shards: [ShardName], manifest: [UInt8], mayCommit: () throws -> Void) throws

  /// Removes all files of a checkpoint, the manifest first: what is half removed must not look like a damaged one.
  func remove(_ name: CheckpointName, files: [String]) throws(CheckpointError)

  func open(_ file: String, of name: CheckpointName) throws(CheckpointError) -> any ReadableFile
}

/// A file of a checkpoint, read at positions from any thread.
protocol ReadableFile: Sendable {
  /// For people: a path, or an address.
  var path: String { get }
  var size: Int { get throws(CheckpointError) }

  /// Fills a part of `destination` with the bytes from `offset` on.
  func read(into destination: inout MutableRawSpan, _ part: Range<Int>, at offset: Int) throws(CheckpointError)
}

extension ReadableFile {
  /// The bytes at some positions.
  func read(_ range: Range<Int>) throws(CheckpointError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    var span = bytes.mutableSpan
    var destination = unsafe span.mutableBytes
    try read(into: &destination, 0..<range.count, at: range.lowerBound)
    return bytes
  }
}

/// Which shard of which server's start.
struct ShardName: Equatable, Sendable {
  let server: Int
  /// The number of servers.
  let count: Int
  /// The server's count of its own starts.
  let generation: UInt32
}
