import Glibc
import Testing

@testable import Tensors

@Suite struct `The quota of processor time` {
  struct Case: Sendable {
    let name: String
    let cgroups: String
    let files: [String: String]
    let cores: Double?
  }

  static let cases = [
    Case(
      name: "a container of version 2, which sees itself as the root",
      cgroups: "0::/\n", files: ["/sys/fs/cgroup/cpu.max": "150000 100000\n"], cores: 1.5),
    Case(
      name: "the smallest of all that enclose it", cgroups: "0::/pods/pod7/main\n",
      files: [
        "/sys/fs/cgroup/cpu.max": "max 100000\n", "/sys/fs/cgroup/pods/cpu.max": "800000 100000\n",
        "/sys/fs/cgroup/pods/pod7/cpu.max": "300000 100000\n", "/sys/fs/cgroup/pods/pod7/main/cpu.max": "max 100000\n",
      ], cores: 3),
    Case(
      name: "version 1 beside version 2", cgroups: "9:name=systemd:/\n4:memory:/job\n1:cpu,cpuacct:/job\n0::/\n",
      files: [
        "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_quota_us": "50000\n",
        "/sys/fs/cgroup/cpu,cpuacct/job/cpu.cfs_period_us": "100000\n",
        "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n",
        "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
      ], cores: 0.5),
    Case(
      name: "version 1, its path that of the host", cgroups: "3:cpu:/docker/0a:b\n",
      files: ["/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "400000", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000"],
      cores: 4),
    Case(
      name: "version 1 without a limit", cgroups: "3:cpu:/\n",
      files: ["/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n"],
      cores: nil),
    Case(
      name: "another controller's folder", cgroups: "3:cpuset:/\n2:memory:/\n",
      files: ["/sys/fs/cgroup/cpuset/cpu.cfs_quota_us": "1", "/sys/fs/cgroup/cpuset/cpu.cfs_period_us": "1"],
      cores: nil),
    Case(name: "no files", cgroups: "0::/a/b\n1:cpu:/\n", files: [:], cores: nil),
    Case(name: "no cgroups", cgroups: "", files: ["/sys/fs/cgroup/cpu.max": "100000 100000"], cores: nil),
  ]

  @Test(arguments: cases) func `is found where the system keeps it`(_ example: Case) {
    #expect(quota(example.cgroups, example.files).cores == example.cores, "\(example.name)")
  }

  @Test(arguments: [
    "", "max", "max max", "100000", "0 100000", "100000 0", "-1 100000", "one two", "1 2 3", "inf 1", "nan 1", "\0",
  ])
  func `is none where the file is damaged`(_ text: String) {
    #expect(quota("0::/\n", ["/sys/fs/cgroup/cpu.max": text]).cores == nil)
  }

  @Test(arguments: [":", "::", "0:", "0::", "0::\n\n1", "x:y:z", "0::////"])
  func `survives lines that are none`(_ cgroups: String) {
    let expected: Double? = cgroups.hasPrefix("0::") ? 2 : nil
    #expect(quota(cgroups, ["/sys/fs/cgroup/cpu.max": "2 1"]).cores == expected)
  }

  private func quota(_ cgroups: String, _ files: [String: String]) -> ProcessorQuota {
    ProcessorQuota(cgroups: cgroups) { files[$0] }
  }
}

@Suite struct `The cores of a process` {
  @Test(
    arguments: [
      (8, nil, 8), (8, "250000 100000", 3), (8, "200000 100000", 2), (2, "400000 100000", 2), (8, "1000 100000", 1),
      (4, "1e300 1", 4), (1, nil, 1),
    ] as [(Int, String?, Int)])
  func `are those it may run on, at most its quota rounded up`(allowed: Int, quota: String?, expected: Int) {
    let quota = ProcessorQuota(cgroups: "0::/") { _ in quota }
    #expect(AvailableCores(allowed: allowed, quota: quota).count == expected)
  }

  @Test func `are one where it may run on one only`() async {
    await #expect(processExitsWith: .success) {
      // Swift's Glibc does not show the calls that are GNU's own.
      typealias Call = @convention(c) (pid_t, Int, UnsafeMutableRawPointer) -> CInt
      func call(_ name: String) -> Call { unsafeBitCast(dlsym(dlopen(nil, RTLD_NOW), name), to: Call.self) }
      var mask = [UInt](repeating: 0, count: 1024)
      let bytes = mask.count * MemoryLayout<UInt>.size
      guard call("sched_getaffinity")(0, bytes, &mask) == 0, let first = mask.firstIndex(where: { $0 != 0 }) else {
        exit(1)
      }
      let bit = mask[first] & (~mask[first] &+ 1)  // the lowest one: some processor that is allowed
      for index in mask.indices { mask[index] = index == first ? bit : 0 }
      guard call("sched_setaffinity")(0, bytes, &mask) == 0 else { exit(2) }
      exit(AvailableCores().count == 1 ? 0 : 3)
    }
  }

  @Test func `are shared among processes, at least one for each`() {
    let cores = AvailableCores(allowed: 8, quota: ProcessorQuota(cgroups: "") { _ in nil })
    #expect([0, 1, 2, 3, 8, 9].map(cores.share) == [8, 8, 4, 2, 1, 1])
  }
}
