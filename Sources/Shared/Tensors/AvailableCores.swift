internal import Foundation
internal import Kernels

/// The cores that this process can use: those that it may run on (`sched_getaffinity`), at most as many as its cgroups
/// give it time for.
public struct AvailableCores: Sendable {
  /// At least 1.
  public let count: Int

  /// What the system says now.
  public init() {
    func contents(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
    self.init(
      allowed: Self.allowed,
      quota: ProcessorQuota(cgroups: contents("/proc/self/cgroup") ?? "", contents: contents))
  }

  init(allowed: Int, quota: ProcessorQuota) {
    guard let cores = quota.cores, cores < Double(allowed) else {
      count = max(1, allowed)
      return
    }
    count = max(1, Int(cores.rounded(.up)))
  }

  /// Those of the affinity mask, which `ProcessInfo` does not ask for; all where the system does not tell.
  private static var allowed: Int {
    let allowed = Int(antiphon_allowed_processors())
    return allowed > 0 ? allowed : ProcessInfo.processInfo.activeProcessorCount
  }

  /// How many of them are for each of some processes that share them; at least 1.
  public func share(among processes: Int) -> Int { max(1, count / max(1, processes)) }
}
