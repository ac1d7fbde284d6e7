internal import Glibc

/// A folder, by its path.
struct Folder {
  let path: String

  init(_ path: String) {
    self.path = path
  }

  /// The names of what is in it, in no order; `nil` if there is no such folder.
  func names() throws(CheckpointError) -> [String]? {
    guard let stream = unsafe opendir(path) else {
      if errno == ENOENT { return nil }
      throw .unreadable(path: path, reason: systemReason())
    }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Makes the folder where there is nothing of that name (`mkdir`).
  ///
  /// - Returns: Whether it was made.
  func claim() throws(CheckpointError) -> Bool {
    if unsafe mkdir(path, 0o777) == 0 { return true }
    guard errno == EEXIST else { throw .unwritable(path: path, reason: systemReason()) }
    return false
  }

  /// Makes the folder, and those that it is in, where they are not there.
  func make() throws(CheckpointError) {
    if !File.exists(path), let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try Folder(String(path[..<slash])).make()
    }
    _ = try claim()
  }

  /// Removes the folder and the files in it.
  func remove() throws(CheckpointError) {
    for name in try names() ?? [] { try File.remove("\(path)/\(name)") }
    // On a network disk, a file that another server is reading stays until it is closed.
    guard unsafe rmdir(path) == 0 || [ENOENT, ENOTEMPTY].contains(errno) else {
      throw .unwritable(path: path, reason: systemReason())
    }
  }

  /// Brings the names of its files to the disk (`fsync`).
  func synchronize() throws(CheckpointError) {
    try File(reading: path).synchronize()
  }
}
