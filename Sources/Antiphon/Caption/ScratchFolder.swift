import Foundation
import Synchronization

/// A folder that goes with its owner.
final class ScratchFolder: Sendable {
  private static let prefix = "antiphon-media-"

  let path: String
  /// Open and locked until it is removed, or its owner has ended, however that was.
  private let lock: Mutex<Int32?>

  init() throws {
    var made = try Self.make()
    while made == nil { made = try Self.make() }
    path = made!.path
    lock = Mutex(made!.lock)
  }

  /// - Returns: `nil` where `removeLeft` took it for left, before it was locked.
  private static func make() throws -> (path: String, lock: Int32)? {
    let folder = FileManager.default.temporaryDirectory.appending(path: prefix + UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let lock = unsafe open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    let failure = errno
    guard lock >= 0 || failure == ENOENT else {
      try? FileManager.default.removeItem(at: folder)
      throw POSIXError(POSIXErrorCode(rawValue: failure) ?? .EIO)
    }
    flock(lock, LOCK_EX)
    if lock >= 0, FileManager.default.fileExists(atPath: folder.path) { return (folder.path, lock) }
    close(lock)
    return nil
  }

  deinit { remove() }

  /// Removes it at once. Where somebody still writes there, it may take another time.
  func remove() {
    lock.withLock { lock in
      guard let open = lock else { return }
      try? FileManager.default.removeItem(atPath: path)
      guard !FileManager.default.fileExists(atPath: path) else { return }
      close(open)
      lock = nil
    }
  }

  /// Removes what owners have left that were killed: media of strangers are not to stay.
  static func removeLeft() {
    let place = FileManager.default.temporaryDirectory.path
    for name in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [] where name.hasPrefix(prefix) {
      let path = "\(place)/\(name)"
      let lock = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: path) }
      close(lock)
    }
  }
}
