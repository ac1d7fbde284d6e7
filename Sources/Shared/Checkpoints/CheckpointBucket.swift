internal import Buckets

/// Checkpoints in a bucket of an object store: `PREFIX/step-00000120/…`.
///
/// A shard is written into a file of this machine first, since its tensors do not come in the order of the file, and put
/// as a whole; its name has the server's start, so that one that was replaced overwrites nothing of its successor. The
/// manifest is put last, and only where there is none.
struct CheckpointBucket: CheckpointPlace {
  let bucket: Bucket
  /// The folder of this machine for shards that are being written.
  let scratch: String
  /// A larger shard is put in parts of that many bytes, or more where it has more than 160 GB.
  var partBytes = 16 << 20

  var location: String { "\(bucket.address)" }

  func files() throws(CheckpointError) -> [CheckpointName: [String]] {
    var files: [CheckpointName: [String]] = [:]
    for key in try reading({ () throws(BucketError) in try bucket.keys() }) {
      let parts = key.split(separator: "/", omittingEmptySubsequences: false)
      if parts.count == 2, let name = CheckpointName(String(parts[0])) {
        files[name, default: []].append(String(parts[1]))
      }
    }
    return files
  }

  /// Does not ask, for server 0 must not wait; where two starts of it take the same name, one of them commits.
  func newName(step: Int, after last: CheckpointName?) -> CheckpointName { CheckpointName(step: step, after: last) }

  func shardName(server: Int, of count: Int, generation: UInt32) -> String {
    ShardRecord.fileName(server: server, of: count).replacing(".safetensors", with: ".start-\(generation).safetensors")
  }

  func createShard(_ shard: ShardName, of name: CheckpointName) throws(CheckpointError) -> File {
    try File(temporaryIn: scratch)
  }

  func keep(_ file: File, as shard: ShardName, of name: CheckpointName) throws(CheckpointError) {
    let file = try (file, size: file.size)
    let key = "\(name)/\(shardName(server: shard.server, of: shard.count, generation: shard.generation))"
    guard file.size > partBytes else {
      let bytes = try file.0.read(0..<file.size)
      return try writing { () throws(BucketError) in try bucket.put(bytes, as: key) }
    }
    var upload = try writing { () throws(BucketError) in try bucket.beginUpload(as: key) }
    do throws(CheckpointError) {
      let step = max(partBytes, file.size / (Bucket.Upload.mostParts - 1))
      var start = 0
      while start < file.size {
        let part = try file.0.read(start..<min(start + step, file.size))
        try writing { () throws(BucketError) in try bucket.put(part, of: &upload) }
        start += part.count
      }
      try writing { () throws(BucketError) in try bucket.finish(upload) }
    } catch {
      try? bucket.abandon(upload)  // otherwise `remove` does, some day
      throw error
    }
  }

  /// The scratch file has no name.
  func discard(_ file: File) {}

  func commit(
    _ name: CheckpointName, shards: [ShardName], manifest: [UInt8], mayCommit: () throws -> Void
  ) throws {
    do {
      try bucket.putIfAbsent(manifest, as: "\(name)/\(CheckpointManifest.fileName)", mayTry: mayCommit)
    } catch let error as BucketError { throw CheckpointError.unwritable(path: error.address, reason: error.reason) }
  }

  func remove(_ name: CheckpointName, files: [String]) throws(CheckpointError) {
    try writing { () throws(BucketError) in
      for upload in try bucket.unfinishedUploads() where upload.key.hasPrefix("\(name)/") { try bucket.abandon(upload) }
      let manifest = CheckpointManifest.fileName
      for file in files.filter({ $0 == manifest }) + files.filter({ $0 != manifest }) {
        try bucket.remove("\(name)/\(file)")
      }
    }
  }

  func open(_ file: String, of name: CheckpointName) throws(CheckpointError) -> any ReadableFile {
    BucketFile(bucket: bucket, key: "\(name)/\(file)")
  }
}

/// An object of a bucket, read by ranges.
private struct BucketFile: ReadableFile {
  let bucket: Bucket
  let key: String

  var path: String { bucket.address(of: key) }

  var size: Int {
    get throws(CheckpointError) { try reading { () throws(BucketError) in try bucket.size(of: key) } }
  }

  func read(into destination: inout MutableRawSpan, _ part: Range<Int>, at offset: Int) throws(CheckpointError) {
    precondition(part.upperBound <= destination.byteCount, "a part lies within its whole")
    guard !part.isEmpty else { return }
    let bytes = try reading { () throws(BucketError) in try bucket.get(key, offset..<offset + part.count) }
    unsafe destination.withUnsafeMutableBytes { target in
      unsafe UnsafeMutableRawBufferPointer(rebasing: target[part]).copyBytes(from: bytes)
    }
  }
}

/// What is not there is a flaw of the checkpoint; whether one that cannot be asked for has flaws is not known.
private func reading<Value>(_ body: () throws(BucketError) -> Value) throws(CheckpointError) -> Value {
  do throws(BucketError) {
    return try body()
  } catch {
    if error.kind == .absent { throw .unreadable(path: error.address, reason: error.reason) }
    throw .unreachable(path: error.address, reason: error.reason, mayPass: error.kind == .unreachable)
  }
}

private func writing<Value>(_ body: () throws(BucketError) -> Value) throws(CheckpointError) -> Value {
  do throws(BucketError) {
    return try body()
  } catch { throw .unwritable(path: error.address, reason: error.reason) }
}
