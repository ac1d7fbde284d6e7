internal import Foundation

/// What Slurm tells a task about its job (`srun`, ENVIRONMENT VARIABLES).
///
/// In a heterogeneous job, group 0 are the servers, and all others are workers. In any other job all tasks are of one
/// kind. A rank is counted from the node's place in its group's list and the task's place on the node, never from
/// SLURM_PROCID: that one counts over one group or over all of them, as the steps were started.
public struct SlurmAllocation: Sendable {
  /// Nodes and how many tasks each has.
  private struct Group {
    let nodes: [String]
    let tasks: [Int]

    var count: Int { tasks.reduce(0, +) }
  }

  private let groups: [Group]
  private let isHeterogeneous: Bool
  /// That of the whole job, the same in all of its groups.
  private let job: Int
  private let node: String
  private let taskOnNode: Int
  /// The address of the node that started the step: whoever reaches it is reached by the others too.
  let launchAddress: String?

  /// - Returns: `nil` where Slurm started no task.
  init?(_ environment: [String: String]) throws(ClusterError) {
    guard let node = environment["SLURMD_NODENAME"], environment["SLURM_PROCID"] != nil else { return nil }
    let size = environment["SLURM_HET_SIZE"]
    let suffixes = try size.map { text throws(ClusterError) in
      try (0..<Self.number(text, "SLURM_HET_SIZE")).map { "_HET_GROUP_\($0)" }
    }
    var groups: [Group] = []
    for suffix in suffixes ?? [""] {
      let nodes = try HostList.expand(Self.value("SLURM_JOB_NODELIST\(suffix)", environment))
      let tasks = try Self.tasks(Self.value("SLURM_TASKS_PER_NODE\(suffix)", environment))
      guard nodes.count == tasks.count else {
        throw ClusterError(
          "Slurm's environment: expected tasks for each of \(nodes.count) nodes, SLURM_TASKS_PER_NODE\(suffix) has "
            + "\(tasks.count)")
      }
      groups.append(Group(nodes: nodes, tasks: tasks))
    }
    self.groups = groups
    self.node = node
    isHeterogeneous = size != nil
    let job = size == nil ? "SLURM_JOB_ID" : "SLURM_JOB_ID_HET_GROUP_0"
    self.job = try Self.number(Self.value(job, environment), job)
    taskOnNode = try Self.number(Self.value("SLURM_LOCALID", environment), "SLURM_LOCALID")
    launchAddress = environment["SLURM_LAUNCH_NODE_IPADDR"]
  }

  /// Which server this task is.
  func serverIndex() throws(ClusterError) -> Int {
    guard let index = rank(in: groups[0]) else {
      throw ClusterError("Slurm's environment: expected this node, \(node), among those of the servers")
    }
    return index
  }

  /// Which worker this task is; `nil` in a job that has only one kind of tasks.
  var workerIndex: Int? {
    guard isHeterogeneous else { return nil }
    var before = 0
    for group in groups.dropFirst() {
      if let rank = rank(in: group) { return before + rank }
      before += group.count
    }
    return nil
  }

  /// Where the servers of a heterogeneous job listen, by their indices; `nil` in a job of another kind.
  ///
  /// - Parameter host: Where a node is reached.
  func servers(
    reachedAt host: ([String]) throws(ClusterError) -> [String]
  ) throws(ClusterError) -> [ServerAddress]? {
    guard isHeterogeneous else { return nil }
    let hosts = try host(groups[0].nodes)
    return zip(hosts, groups[0].tasks).flatMap { Array(repeating: $0, count: $1) }.enumerated().map {
      ServerAddress(host: $1, port: port(ofServer: $0))
    }
  }

  /// Jobs that are on one node at the same time have other ports; below those that systems give to connections.
  func port(ofServer index: Int) -> UInt16 { UInt16(10_000 + (job % 90) * 64 + index % 64) }

  private func rank(in group: Group) -> Int? {
    guard let place = group.nodes.firstIndex(of: node) else { return nil }
    return group.tasks[..<place].reduce(0, +) + taskOnNode
  }

  private static func value(_ name: String, _ environment: [String: String]) throws(ClusterError) -> String {
    guard let value = environment[name] else {
      throw ClusterError("Slurm's environment: expected \(name) beside SLURM_PROCID, it is not set")
    }
    return value
  }

  private static func number(_ text: String, _ name: String) throws(ClusterError) -> Int {
    guard let number = Int(text), number >= 0 else {
      throw ClusterError("Slurm's environment: expected a number in \(name), it is '\(text)'")
    }
    return number
  }

  /// The tasks of each node, from `2(x3),1`.
  private static func tasks(_ text: String) throws(ClusterError) -> [Int] {
    var tasks: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: "(", maxSplits: 1)
      guard let count = words.first.flatMap({ Int($0) }), (1...65_536).contains(count),
        let times = words.count == 1 ? 1 : Int(words[1].dropFirst().dropLast()),
        words.count == 1 || words[1].hasPrefix("x") && words[1].hasSuffix(")"), (1...65_536).contains(times)
      else { throw ClusterError("Slurm's environment: expected tasks of each node as 2(x3),1, found '\(text)'") }
      tasks += Array(repeating: count, count: times)
    }
    return tasks
  }
}
