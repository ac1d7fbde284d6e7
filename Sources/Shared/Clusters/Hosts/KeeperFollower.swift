internal import Foundation

/// Has a keeper on its host, and passes on what it says: what runs at the other end of the line by ssh. The keeper itself
/// does not depend on it.
public struct KeeperFollower {
  /// What stands before each line that comes from here, so that ssh's own words are told from it.
  static let mark = "| "
  private static let mostStarts = 3

  private let folder: RunFolder
  private let host: String
  private let command: [String]
  private let print: (String) -> Void

  /// - Parameters:
  ///   - program: The path of `antiphon`.
  ///   - address: By which other hosts reach this one.
  ///   - print: Is given each line.
  public init(_ folder: RunFolder, host: String, address: String, program: String, print: @escaping (String) -> Void) {
    self.folder = folder
    self.host = host
    self.print = { print(Self.mark + $0) }
    command = [program, "host", folder.path, "--name", host, "--address", address]
  }

  /// Follows the keeper, and starts it anew if it is killed, until the run has ended for it.
  ///
  /// - Throws: `ClusterError` with why the run cannot go on.
  public func follow() throws(ClusterError) {
    var position = fileSize
    var starts = 0
    while true {
      if isKept { print("a keeper is there") }
      while isKept {
        starts = 0
        pass(from: &position)
        Thread.sleep(forTimeInterval: 0.2)
      }
      pass(from: &position)
      switch try folder.keeperState(of: host) {
      case .some(let last) where last.state == .done: return
      case .some(let last) where last.state == .failed:
        throw ClusterError(last.reason ?? "it cannot go on")
      default: break
      }
      starts += 1
      guard starts <= Self.mostStarts else {
        throw ClusterError("the keeper does not start: see \(folder.keeperLog(of: host))")
      }
      let process = try LocalProcess(command, log: folder.keeperLog(of: host))
      let deadline = ContinuousClock.now + .seconds(10)
      while !isKept, process.ending == nil, ContinuousClock.now < deadline { Thread.sleep(forTimeInterval: 0.05) }
    }
  }

  private var isKept: Bool {
    do {
      _ = try RunLock(folder, host: host)
      return false
    } catch { return true }
  }

  private var fileSize: UInt64 {
    let facts = try? FileManager.default.attributesOfItem(atPath: folder.keeperLog(of: host))
    return facts?[.size] as? UInt64 ?? 0
  }

  /// Passes on the whole lines that were written since.
  private func pass(from position: inout UInt64) {
    guard let file = FileHandle(forReadingAtPath: folder.keeperLog(of: host)) else { return }
    guard (try? file.seek(toOffset: position)) != nil, let data = try? file.readToEnd(),
      let end = data.lastIndex(of: UInt8(ascii: "\n"))
    else { return }
    for line in data[..<end].split(separator: UInt8(ascii: "\n")) { print(String(decoding: line, as: UTF8.self)) }
    position += UInt64(data.distance(from: data.startIndex, to: end) + 1)
  }
}
