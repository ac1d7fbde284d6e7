internal import Foundation
internal import Glibc
internal import Synchronization
internal import Transport

/// How a run's folder does what runs rely on, tried out in a folder of its own within.
public struct FolderFacts: Sendable {
  /// Why nothing can be written there; `nil` if it can.
  public var writingError: String?
  /// How many of those that created one file exclusively at once believed that they had, at most; 1 where that holds.
  public var creators = 1
  /// How often a file that was being replaced, by renaming, was not there or not whole.
  public var brokenReadings = 0
  /// Whether a second one is kept out by `flock`, and why it cannot be had.
  public var isLockExclusive = true
  public var lockError: String?
  /// The clock of the one who keeps the files, less that of this machine, in seconds.
  public var skewSeconds = 0.0
  /// How long it took to create, write, synchronize and rename a small file: the longest of a few, in seconds.
  public var slowestWriteSeconds = 0.0
  public var freeBytes = Int.max

  /// A folder with which nothing is wrong.
  public init() {}
}

extension FolderFacts {
  /// Tries it out; a few dozen files are made, and removed.
  public static func gathered(of folder: String) -> FolderFacts {
    var facts = FolderFacts()
    let trial = "\(folder)/doctor-\(UUID().uuidString)"
    guard unsafe mkdir(trial, 0o700) == 0 else {
      facts.writingError = unsafe String(cString: strerror(errno))
      return facts
    }
    defer { try? FileManager.default.removeItem(atPath: trial) }
    do {
      facts.slowestWriteSeconds = try (0..<5).map { try secondsToReplace("\(trial)/written", number: $0) }.max() ?? 0
      facts.skewSeconds = try skew(of: "\(trial)/clock")
    } catch { facts.writingError = "\(error.localizedDescription)" }
    facts.creators = (0..<20).map { creators(of: "\(trial)/exclusive-\($0)") }.max() ?? 0
    facts.brokenReadings = brokenReadings(of: "\(trial)/renamed")
    (facts.isLockExclusive, facts.lockError) = lock("\(trial)/lock")
    var space = statvfs()
    if unsafe statvfs(folder, &space) == 0 { facts.freeBytes = Int(space.f_bavail) * Int(space.f_frsize) }
    return facts
  }

  private static func secondsToReplace(_ path: String, number: Int) throws -> Double {
    let begin = Clock.seconds
    try Data("\(number)".utf8).write(to: URL(filePath: "\(path).new"))
    let file = try FileHandle(forUpdating: URL(filePath: "\(path).new"))
    try file.synchronize()
    try file.close()
    guard unsafe rename("\(path).new", path) == 0 else { throw CocoaError(.fileWriteUnknown) }
    return Clock.seconds - begin
  }

  private static func skew(of path: String) throws -> Double {
    func now() -> Double { Date().timeIntervalSince1970 }
    let before = now()
    try Data("clock".utf8).write(to: URL(filePath: path))
    let after = now()
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { throw CocoaError(.fileReadUnknown) }
    let written = Double(facts.st_mtim.tv_sec) + Double(facts.st_mtim.tv_nsec) / 1e9
    // Within the time that it took, nothing can be told; kernels stamp files with a clock that ticks each 10 ms or so.
    let tick = 0.02
    return written < before - tick ? written - before : written > after + tick ? written - after : 0
  }

  /// How many of some threads succeed in creating a file that must not be there.
  private static func creators(of path: String) -> Int {
    let successes = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      if file >= 0 {
        close(file)
        successes.add(1, ordering: .relaxed)
      }
    }
    return successes.load(ordering: .relaxed)
  }

  /// Replaces a file while it is read.
  private static func brokenReadings(of path: String) -> Int {
    let texts = ["a", "b"].map { String(repeating: $0, count: 4000) }
    try? Data(texts[0].utf8).write(to: URL(filePath: path))
    let isOver = Atomic(false)
    let broken = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      if index == 0 {
        for number in 0..<50 {
          try? Data(texts[number % 2].utf8).write(to: URL(filePath: "\(path).new"))
          _ = unsafe rename("\(path).new", path)
        }
        isOver.store(true, ordering: .relaxed)
      } else {
        while !isOver.load(ordering: .relaxed) {
          let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
          if !texts.contains(text) { broken.add(1, ordering: .relaxed) }
        }
      }
    }
    return broken.load(ordering: .relaxed)
  }

  /// Whether a lock keeps a second one out, and why it cannot be had.
  private static func lock(_ path: String) -> (isExclusive: Bool, error: String?) {
    let files = (0..<2).map { _ in unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600) }
    defer { for file in files where file >= 0 { close(file) } }
    guard files.allSatisfy({ $0 >= 0 }), flock(files[0], LOCK_EX | LOCK_NB) == 0 else {
      return (false, unsafe String(cString: strerror(errno)))
    }
    return (flock(files[1], LOCK_EX | LOCK_NB) != 0, nil)
  }
}
