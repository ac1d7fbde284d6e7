import Foundation

/// A disk of its own with little room (tmpfs), which goes when it is no longer used; needs root.
final class SmallDisk {
  let path: String
  private var ballast: String { "\(path)/ballast" }

  init(at path: String, bytes: Int) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Command.run("mount", "-t", "tmpfs", "-o", "size=\(bytes)", "tmpfs", path)
  }

  deinit { try? Command.run("umount", "-l", path) }

  /// Writes until there is no room for a byte, or removes what it wrote.
  func setFull(_ isFull: Bool) throws {
    guard isFull else { return try FileManager.default.removeItem(atPath: ballast) }
    guard FileManager.default.createFile(atPath: ballast, contents: nil) else { throw TrialError("no \(ballast)") }
    let file = open(ballast, O_WRONLY)
    defer { close(file) }
    let block = [UInt8](repeating: 0, count: 4096)
    while write(file, block, block.count) > 0 {}
  }
}
