internal import Foundation
internal import Glibc

/// A server's count of its own starts in a run.
///
/// A number is claimed by creating a file that must not be there (`open`, `O_EXCL`): two processes that take each other's
/// place never have the same one, and the one with the lower number must not go on.
public enum Generation {
  /// Takes the next number.
  ///
  /// - Returns: 1 for the first start.
  public static func claim(in folder: RunFolder, server index: Int) throws(ClusterError) -> UInt32 {
    try makeFolder(folder.generations)
    var number = try latest(in: folder, server: index)
    while number < .max {
      number += 1
      let path = "\(folder.generations)/server-\(index).\(number)"
      let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if file >= 0 {
        close(file)
        return number
      }
      guard errno == EEXIST else {
        throw ClusterError("cannot create \(path): \(unsafe String(cString: strerror(errno)))")
      }
    }
    throw ClusterError("server \(index) has been started \(number) times: its starts can no longer be counted")
  }

  /// The number of the newest start; 0 if there was none.
  public static func latest(in folder: RunFolder, server index: Int) throws(ClusterError) -> UInt32 {
    let names: [String]
    do {
      guard FileManager.default.fileExists(atPath: folder.generations) else { return 0 }
      names = try FileManager.default.contentsOfDirectory(atPath: folder.generations)
    } catch { throw ClusterError("cannot read \(folder.generations): \(error.localizedDescription)") }
    let prefix = "server-\(index)."
    return names.filter { $0.hasPrefix(prefix) }.compactMap { UInt32($0.dropFirst(prefix.count)) }.max() ?? 0
  }
}
