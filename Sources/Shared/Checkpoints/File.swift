internal import Glibc

/// An open file, read and written at positions (`pread`, `pwrite`), from any thread; closed when nobody holds it.
final class File: ReadableFile {
  let path: String
  private let descriptor: Int32

  init(reading path: String) throws(CheckpointError) {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemReason()) }
  }

  /// Makes the file, or empties it.
  init(creating path: String) throws(CheckpointError) {
    self.path = path
    descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
  }

  /// Makes a file without a name, which is gone when it is closed, however the process ends.
  init(temporaryIn folder: String) throws(CheckpointError) {
    var template = Array("\(folder)/antiphon-shard-XXXXXX".utf8CString)
    path = "\(folder)/antiphon-shard"
    descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
    unsafe unlink(template)
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// The number of bytes.
  var size: Int {
    get throws(CheckpointError) {
      var status = stat()
      guard unsafe fstat(descriptor, &status) == 0 else { throw .unreadable(path: path, reason: systemReason()) }
      return Int(status.st_size)
    }
  }

  /// Fills a part of `destination` with the bytes from `offset` on.
  func read(into destination: inout MutableRawSpan, _ part: Range<Int>, at offset: Int) throws(CheckpointError) {
    precondition(part.upperBound <= destination.byteCount, "a part lies within its whole")
    var done = 0
    while done < part.count {
      let count = unsafe destination.withUnsafeMutableBytes { bytes in
        unsafe pread(descriptor, bytes.baseAddress! + part.lowerBound + done, part.count - done, offset + done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw .unreadable(path: path, reason: systemReason()) }
      guard count > 0 else {
        throw .damaged(path: path, reason: "expected \(part.count) bytes at byte \(offset), the file has \(done)")
      }
      done += count
    }
  }

  func write(_ bytes: RawSpan, at offset: Int) throws(CheckpointError) {
    var done = 0
    while done < bytes.byteCount {
      let count = unsafe bytes.withUnsafeBytes { bytes in
        unsafe pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, offset + done)
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .unwritable(path: path, reason: systemReason()) }
      done += count
    }
  }

  /// Brings everything to the disk (`fsync`).
  func synchronize() throws(CheckpointError) {
    guard fsync(descriptor) == 0 else { throw .unwritable(path: path, reason: systemReason()) }
  }

  /// Gives a file another name in one step (`rename`).
  static func rename(_ path: String, to newPath: String) throws(CheckpointError) {
    guard unsafe Glibc.rename(path, newPath) == 0 else { throw .unwritable(path: newPath, reason: systemReason()) }
  }

  static func remove(_ path: String) throws(CheckpointError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw .unwritable(path: path, reason: systemReason()) }
  }

  static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}

/// The system's own words for what the last call could not do ("No space left on device").
func systemReason() -> String { unsafe String(cString: strerror(errno)) }
