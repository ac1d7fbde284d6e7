import Clusters
import Foundation

extension FolderFacts {
  func findings(_ needs: RunNeeds) -> [Finding] {
    if let writingError {
      return [
        .problem(
          "folder", "nothing can be written there (\(writingError))",
          "is the disk mounted for writing, has it room, and does the folder belong to you?")
      ]
    }
    return [creationFinding, renamingFinding, lockFinding, speedFinding, clockFinding, spaceFinding(needs)]
  }

  var creationFinding: Finding {
    creators == 1
      ? .ok("creation", "a file is created exclusively by one")
      : .problem(
        "creation", "\(creators) of 8 created one file exclusively: servers that replace each other could not tell",
        "use a file system with O_EXCL, as local ones, NFS and Lustre have it, and those through FUSE often not")
  }

  var renamingFinding: Finding {
    brokenReadings == 0
      ? .ok("renaming", "a file that is replaced is always there, and whole")
      : .problem(
        "renaming", "a file that was replaced by renaming was not there, or not whole, \(brokenReadings) times",
        "use a file system that renames atomically, as local ones, NFS and Lustre do, and those through FUSE often not")
  }

  var lockFinding: Finding {
    if let lockError {
      return .warning(
        "locking", "flock fails (\(lockError)): 'antiphon train' cannot start here",
        "mount with locks: NFS without nolock, Lustre with -o flock")
    }
    return isLockExclusive
      ? .ok("locking", "flock keeps a second one out, on this machine")
      : .problem(
        "locking", "flock keeps nobody out: two 'antiphon train' could train one run",
        "mount with locks: NFS without nolock, Lustre with -o flock")
  }

  var speedFinding: Finding {
    let found = String(format: "%.0f ms to replace a small file, at most", slowestWriteSeconds * 1000)
    return slowestWriteSeconds < 1
      ? .ok("speed", found)
      : .warning(
        "speed", found, "servers look into the folder each second: use a faster disk, or one that is less busy")
  }

  var clockFinding: Finding {
    guard abs(skewSeconds) >= 0.05 else { return .ok("clock", "as that of the files") }
    let found = String(
      format: "this machine's is %.1f s %@ that of the files", abs(skewSeconds), skewSeconds > 0 ? "behind" : "before")
    let advice = "have it set by the network: timedatectl set-ntp true, or chrony"
    switch abs(skewSeconds) {
    case ..<1: return .ok("clock", found)
    case ..<300: return .warning("clock", "\(found): logs of several machines cannot be put in order", advice)
    default: return .problem("clock", "\(found): object stores refuse such requests", advice)
    }
  }

  func spaceFinding(_ needs: RunNeeds) -> Finding {
    func text(_ bytes: Int) -> String {
      bytes < 1_000_000_000
        ? String(format: "%.1f MB", Double(bytes) / 1e6) : String(format: "%.1f GB", Double(bytes) / 1e9)
    }
    let found = "\(text(freeBytes)) free; a checkpoint takes \(text(needs.checkpointBytes))"
    // One is written before the oldest is removed.
    let all = needs.checkpointBytes * (needs.checkpointsKept + 1)
    if freeBytes < 2 * needs.checkpointBytes {
      return .problem("disk space", found, "free some, or the next checkpoint will fail")
    }
    guard freeBytes >= all else {
      return .warning("disk space", "\(found), and \(needs.checkpointsKept) are kept", "free some, or --keep fewer")
    }
    return .ok("disk space", found)
  }
}
