/// How much time of the processors the cgroups of this process allow it: a container's limit, for one.
///
/// A process is in one cgroup of version 2, and in one of version 1 that has the controller `cpu`; both lie in a tree,
/// and what an outer one allows holds for those within. Version 2 says it in `cpu.max`: `150000 100000` is one and a half
/// cores, as microseconds in a period of so many; version 1 in `cpu.cfs_quota_us` and `cpu.cfs_period_us`.
struct ProcessorQuota: Equatable {
  /// In cores, above 0; `nil` where there is no limit.
  let cores: Double?

  /// - Parameters:
  ///   - cgroups: What `/proc/self/cgroup` holds: a line `number:controllers:path` for each tree.
  ///   - contents: What a file holds; `nil` if there is none. A path that is not there, as when a container sees only its
  ///     own cgroup, limits nothing.
  init(cgroups: String, contents: (String) -> String?) {
    let limits = cgroups.split(separator: "\n").flatMap { line -> [Double] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let names = Self.enclosing(fields[2])
      switch (fields[0], fields[1]) {
      case ("0", ""):
        return names.compactMap { contents("/sys/fs/cgroup\($0)/cpu.max").flatMap(Self.cores) }
      case (_, let controllers) where controllers.split(separator: ",").contains("cpu"):
        return names.compactMap { name in
          let folder = "/sys/fs/cgroup/\(controllers)\(name)"
          guard let quota = contents("\(folder)/cpu.cfs_quota_us") else { return nil }
          return contents("\(folder)/cpu.cfs_period_us").flatMap { Self.cores("\(quota) \($0)") }
        }
      default: return []
      }
    }
    cores = limits.min()
  }

  /// A cgroup and all around it, the root as an empty name: `/a/b`, `/a` and ``.
  private static func enclosing(_ path: Substring) -> [String] {
    let parts = path.split(separator: "/")
    return (0...parts.count).map { parts.prefix($0).map { "/\($0)" }.joined() }
  }

  /// A quota and its period; `max` and -1 are no limit.
  private static func cores(_ text: String) -> Double? {
    let numbers = text.split(whereSeparator: \.isWhitespace).map { Double($0) ?? 0 }
    guard numbers.count == 2, numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    return numbers[0] / numbers[1]
  }
}
