internal import Glibc
internal import Synchronization
public import Transport

/// Who may connect to the servers of a run, as the run's folder says now: its file is read again when it was changed.
///
/// While the file cannot be read, nobody is let in.
public final class Admission: Sendable {
  private struct Reading {
    var facts: [Int] = []
    var keys: Set<PublicKey> = []
  }

  private let folder: KeyFolder
  private let report: @Sendable (String) -> Void
  private let reading: Mutex<Reading>

  /// - Parameter report: Is told why the file cannot be read, once each time it was changed.
  public init(_ folder: KeyFolder, report: @escaping @Sendable (String) -> Void) throws(ClusterError) {
    self.folder = folder
    self.report = report
    let facts = Self.facts(of: folder.admittedFile)
    reading = Mutex(Reading(facts: facts, keys: Set(try folder.admitted().map(\.key))))
  }

  public func admits(_ key: PublicKey) -> Bool {
    reading.withLock { reading in
      let facts = Self.facts(of: folder.admittedFile)
      if facts != reading.facts {
        reading = Reading(facts: facts)
        do throws(ClusterError) {
          reading.keys = Set(try folder.admitted().map(\.key))
        } catch { report("nobody is let in: \(error)") }
      }
      return reading.keys.contains(key)
    }
  }

  /// What changes when the file does; all zeros where there is none.
  private static func facts(of path: String) -> [Int] {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return [0] }
    return [
      Int(facts.st_ino), Int(facts.st_size), Int(facts.st_mode), facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec,
      facts.st_ctim.tv_sec, facts.st_ctim.tv_nsec,
    ]
  }
}
