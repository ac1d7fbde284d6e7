internal import Foundation
internal import Glibc

/// A file that is its owner's alone.
enum PrivateFile {
  /// Far more than the keys of the most workers have.
  private static let mostBytes = 1 << 20

  /// Reads a text.
  ///
  /// - Parameter hiddenFromOthers: Whether nobody else may be able to read it; nobody else may be able to write it ever.
  static func read(_ path: String, hiddenFromOthers: Bool) throws(ClusterError) -> String {
    // Without O_NONBLOCK a named pipe would be waited for.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw ClusterError(errno == ENOENT ? "expected a file of keys, there is no \(path)" : failure("open", path))
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { throw ClusterError(failure("look at", path)) }
    guard facts.st_mode & S_IFMT == S_IFREG, facts.st_size <= mostBytes else {
      throw ClusterError("expected a file of keys, \(path) is none, or is larger than \(mostBytes) bytes")
    }
    let open = facts.st_mode & (hiddenFromOthers ? 0o077 : 0o022)
    guard open == 0 else {
      let mode = String(facts.st_mode & 0o777, radix: 8)
      let what = hiddenFromOthers ? "opened" : "changed"
      throw ClusterError("others than its owner may have \(what) \(path) (mode \(mode)): chmod 600 makes it private")
    }
    do {
      return String(decoding: try file.read(upToCount: mostBytes) ?? Data(), as: UTF8.self)
    } catch { throw ClusterError("cannot read \(path): \(error.localizedDescription)") }
  }

  /// Writes a file that was not there.
  static func create(_ path: String, _ text: String) throws(ClusterError) {
    try write(text, to: path, O_CREAT | O_EXCL)
  }

  /// Adds to a file that is there.
  static func append(_ text: String, to path: String) throws(ClusterError) { try write(text, to: path, O_APPEND) }

  private static func write(_ text: String, to path: String, _ flags: Int32) throws(ClusterError) {
    let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | flags, 0o600)
    guard descriptor >= 0 else {
      let isThere = flags & O_EXCL != 0 && errno == EEXIST
      throw ClusterError(isThere ? "\(path) exists, and is not overwritten" : failure("create", path))
    }
    do {
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      try file.write(contentsOf: Data(text.utf8))
      try file.synchronize()
    } catch { throw ClusterError("cannot write \(path): \(error.localizedDescription)") }
  }

  private static func failure(_ verb: String, _ path: String) -> String {
    "cannot \(verb) \(path): \(unsafe String(cString: strerror(errno)))"
  }
}
