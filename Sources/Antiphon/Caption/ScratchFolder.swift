import Foundation
import Synchronization

/// A folder that goes with its owner.
final class ScratchFolder: Sendable {
  private static let prefix = "antiphon-media-"

  let path: String
  /// Open and locked until it is removed, or its owner has ended, however that was.
  private let lock: Mutex<Int32?>

  init() throws {
    var folder: URL
    var lock: Int32
    repeat {  // `removeLeft` may take one for left that is not locked yet
      folder = FileManager.default.temporaryDirectory.appending(path: Self.prefix + UUID().uuidString)
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      lock = unsafe open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      flock(lock, LOCK_EX)
      if !FileManager.default.fileExists(atPath: folder.path) {
        close(lock)
        lock = -1
      }
    } while lock < 0
    path = folder.path
    self.lock = Mutex(lock)
  }

  deinit { remove() }

  /// Removes it at once.
  func remove() {
    lock.withLock { lock in
      guard let open = lock.take() else { return }
      try? FileManager.default.removeItem(atPath: path)
      close(open)
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
