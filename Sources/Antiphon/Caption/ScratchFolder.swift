import Foundation

/// A folder that goes with its owner.
final class ScratchFolder: Sendable {
  private static let prefix = "antiphon-media-"
  /// A younger one may be about to be locked.
  private static let leastAge = 60.0

  let path: String
  /// Open and locked for as long as its owner lives, however that ends.
  private let lock: Int32

  init() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: Self.prefix + UUID().uuidString)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    path = folder.path
    lock = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    flock(lock, LOCK_EX)
  }

  deinit {
    remove()
    close(lock)
  }

  /// Removes it at once.
  func remove() { try? FileManager.default.removeItem(atPath: path) }

  /// Removes what owners have left that were killed: media of strangers are not to stay.
  static func removeLeft() {
    let place = FileManager.default.temporaryDirectory.path
    for name in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [] where name.hasPrefix(prefix) {
      let path = "\(place)/\(name)"
      let changed = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
      guard let changed, -changed.timeIntervalSinceNow > leastAge else { continue }
      let lock = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      if lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 { try? FileManager.default.removeItem(atPath: path) }
      close(lock)
    }
  }
}
