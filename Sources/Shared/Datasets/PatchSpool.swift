internal import Foundation

/// The patches of one sound on the disk, until it is known how many they are: a record begins with its length.
struct PatchSpool: ~Copyable {
  private let path: String
  private let file: FileHandle
  private let patchSize: Int
  private(set) var count = 0

  /// Creates the file, or empties it.
  init(path: String, patchSize: Int) throws(DatasetError) {
    file = try writing(path) {
      try Data().write(to: URL(filePath: path))
      return try FileHandle(forUpdating: URL(filePath: path))
    }
    self.path = path
    self.patchSize = patchSize
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  mutating func append(_ patch: [UInt8]) throws(DatasetError) {
    precondition(patch.count == patchSize, "patches have \(patchSize) values each")
    try writing(path) { try file.write(contentsOf: patch) }
    count += 1
  }

  /// Hands out each patch in turn, and is empty then.
  mutating func drain(_ take: ([UInt8]) throws -> Void) throws {
    try reading(path) { try file.seek(toOffset: 0) }
    for _ in 0..<count {
      let patch = try reading(path) { try file.read(upToCount: patchSize) ?? Data() }
      guard patch.count == patchSize else { throw DatasetError.unreadable(path: path, reason: "it ended early") }
      try take([UInt8](patch))
    }
    try clear()
  }

  mutating func clear() throws(DatasetError) {
    try writing(path) { try file.truncate(atOffset: 0) }
    count = 0
  }
}
