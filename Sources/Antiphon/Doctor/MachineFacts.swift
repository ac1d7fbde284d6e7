import Foundation
import Tensors
import Transport

/// What a machine has, for processes of Antiphon.
struct MachineFacts {
  /// All processors that are on, and those that a process gets by its affinity and its cgroups.
  var processors: Int
  var cores: Int
  /// Bytes that a process can still have, by the system and by its cgroups.
  var availableBytes: Int
  /// What `/sys/kernel/mm/transparent_hugepage/enabled` holds; `nil` if there is none.
  var hugePages: String?
  /// How many files a process may open; programs raise the soft limit to this one.
  var openFiles: Int
  /// Why nothing can listen on loopback, and on all addresses; `nil` if it can.
  var loopbackError: String?
  var listeningError: String?
}

extension MachineFacts {
  static func gathered() -> MachineFacts {
    func contents(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
    // "Max open files", the soft limit, the hard one, "files".
    let limits = contents("/proc/self/limits")?.split(separator: "\n").first { $0.hasPrefix("Max open files") }
    let openFiles = limits?.split(separator: " ").dropLast().last.flatMap { Int($0) } ?? .max
    let available = contents("/proc/meminfo")?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let kibibytes = available?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return MachineFacts(
      processors: sysconf(Int32(_SC_NPROCESSORS_ONLN)), cores: AvailableCores().count,
      availableBytes: min(kibibytes << 10, unusedMemory(of: contents) ?? .max),
      hugePages: contents("/sys/kernel/mm/transparent_hugepage/enabled")?.trimmingCharacters(in: .newlines),
      openFiles: openFiles, loopbackError: listeningError("tcp://127.0.0.1:*"),
      listeningError: listeningError("tcp://0.0.0.0:*"))
  }

  /// What the cgroup of this process leaves it of its memory, by version 2 or 1; `nil` without a limit.
  private static func unusedMemory(of contents: (String) -> String?) -> Int? {
    for line in (contents("/proc/self/cgroup") ?? "").split(separator: "\n") {
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3, fields[0] == "0" || fields[1].split(separator: ",").contains("memory") else { continue }
      let isSecond = fields[0] == "0"
      let folder = "/sys/fs/cgroup\(isSecond ? "" : "/memory")\(fields[2])"
      let names = isSecond ? ("memory.max", "memory.current") : ("memory.limit_in_bytes", "memory.usage_in_bytes")
      func number(_ name: String) -> Int? {
        contents("\(folder)/\(name)").flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
      }
      // Without a limit, version 1 has a number beyond all memory.
      if let most = number(names.0), let used = number(names.1), most < 1 << 60 { return max(0, most - used) }
    }
    return nil
  }

  private static func listeningError(_ endpoint: String) -> String? {
    do {
      _ = try Socket(.router, in: Context()).bind(endpoint)
      return nil
    } catch { return "\(error)" }
  }

  /// - Parameter needs: Of the run that is asked about; `nil` for no run.
  func findings(_ needs: RunNeeds?) -> [Finding] {
    [coresFinding, memoryFinding(needs), hugePagesFinding, openFilesFinding(needs), portsFinding]
  }

  var coresFinding: Finding {
    cores < processors
      ? .ok("cores", "\(cores) of \(processors), by affinity and cgroups")
      : .ok("cores", "\(cores)")
  }

  func memoryFinding(_ needs: RunNeeds?) -> Finding {
    let available = "\(gibibytes(availableBytes)) GiB free"
    guard let needs else {
      return availableBytes >= 1 << 30
        ? .ok("memory", available)
        : .warning(
          "memory", available, "a worker of a small network needs about 1 GiB, resnet50 with mini-batches of 32 two")
    }
    let needed =
      "a worker of this run needs about \(gibibytes(needs.workerBytes)) GiB, a server \(gibibytes(needs.serverBytes))"
    guard availableBytes >= max(needs.workerBytes, needs.serverBytes) else {
      return .problem("memory", "\(available); \(needed)", "use a machine with more, or a smaller --batch")
    }
    return .ok("memory", "\(available); \(needed)")
  }

  var hugePagesFinding: Finding {
    guard let hugePages else {
      return .warning("huge pages", "the kernel has none", "nothing; servers apply Adam more slowly")
    }
    guard hugePages.contains("[never]") else { return .ok("huge pages", hugePages) }
    return .warning(
      "huge pages", "'\(hugePages)': servers cannot ask for them, and apply Adam more slowly",
      "as root: echo madvise > /sys/kernel/mm/transparent_hugepage/enabled")
  }

  /// A server has a connection of each worker to each lane, and each worker one to each lane of each server.
  func openFilesFinding(_ needs: RunNeeds?) -> Finding {
    let advice = "raise it: ulimit -Hn 65536, LimitNOFILE= of systemd, or nofile in /etc/security/limits.conf"
    if let needs, openFiles < needs.openFiles {
      return .problem("open files", "\(openFiles) at most, this run needs about \(needs.openFiles)", advice)
    }
    guard openFiles >= 4096 else {
      return .warning(
        "open files", "\(openFiles) at most, enough for about \(max(0, openFiles - RunNeeds.otherFiles)) workers",
        advice)
    }
    return .ok("open files", "\(openFiles) at most")
  }

  var portsFinding: Finding {
    if let loopbackError {
      return .problem("ports", "nothing can listen on loopback (\(loopbackError))", "is 'lo' up? ip link set lo up")
    }
    if let listeningError {
      return .problem(
        "ports", "nothing can listen beyond loopback (\(listeningError))", "see whether the system forbids it")
    }
    return .ok("ports", "free ones can be listened on, on loopback and beyond")
  }

  private func gibibytes(_ bytes: Int) -> String { (Double(bytes) / Double(1 << 30)).formatted(decimals: 1) }
}
