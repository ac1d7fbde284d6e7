import Testing

@testable import Clusters

@Suite struct `What a launcher says by the environment` {
  /// A heterogeneous job of three servers on two nodes, and three workers on two others, as a real Slurm says it.
  private func job(node: String, local: Int, rank: Int) -> [String: String] {
    [
      "SLURM_HET_SIZE": "2", "SLURM_JOB_ID": "102", "SLURM_JOB_ID_HET_GROUP_0": "101",
      "SLURM_JOB_NODELIST_HET_GROUP_0": "n[1-2]", "SLURM_TASKS_PER_NODE_HET_GROUP_0": "2,1",
      "SLURM_JOB_NODELIST_HET_GROUP_1": "n[3-5]", "SLURM_TASKS_PER_NODE_HET_GROUP_1": "1(x2),2",
      "SLURMD_NODENAME": node, "SLURM_LOCALID": "\(local)", "SLURM_PROCID": "\(rank)",
    ]
  }

  private func configuration(_ type: String, _ index: Int) -> [String: String] {
    [
      "TF_CONFIG":
        #"{"cluster": {"chief": ["c:1"], "ps": ["a:2222", "b:2223"], "worker": ["w:1", "w:2"]}, "#
        + #""task": {"type": "\#(type)", "index": \#(index)}}"#
    ]
  }

  @Test func `is nothing where there is none`() throws {
    #expect(try Launcher([:]) == nil)
    #expect(try Launcher(["TF_CONFIG": "", "SLURM_JOB_ID": "7"]) == nil)
  }

  @Test func `by TensorFlow is where the servers are and who a process is`() throws {
    let server = try #require(try Launcher(configuration("ps", 1)))
    #expect(try server.servers()?.map(\.description) == ["a:2222", "b:2223"])
    #expect(try server.serverIndex() == 1)
    #expect(try server.place(ofServer: 1) == (2223, "b"))
    #expect(throws: ClusterError.self) { try server.place(ofServer: 2) }
    #expect(try Launcher(configuration("chief", 0))?.workerIndex() == 0)
    #expect(try Launcher(configuration("worker", 1))?.workerIndex() == 2)
    let evaluator = try #require(try Launcher(configuration("evaluator", 0)))
    #expect(try evaluator.workerIndex() == 0 && evaluator.workerRole() == .evaluate)
    #expect(try Launcher(configuration("worker", 1))?.workerRole() == .train)
    for (type, index) in [("ps", 2), ("worker", 0), ("evaluator", 0)] {
      #expect(throws: ClusterError.self) { try Launcher(configuration(type, index))?.serverIndex() }
    }
    #expect(throws: ClusterError.self) { try Launcher(configuration("ps", 0))?.workerIndex() }
  }

  @Test(arguments: [
    "{", "[]", #"{"cluster": {"worker": ["w:1"]}, "task": {"type": "worker", "index": 0}}"#,
    #"{"cluster": {"ps": ["w"]}, "task": {"type": "worker", "index": 0}}"#, #"{"cluster": {"ps": ["w:1"]}}"#,
    #"{"cluster": {"ps": ["w:1"]}, "task": {"type": "worker", "index": "x"}}"#,
  ])
  func `by TensorFlow is refused where it makes no sense`(_ text: String) {
    #expect(throws: ClusterError.self) { try Launcher(["TF_CONFIG": text]) }
  }

  @Test func `by TensorFlow comes before what Slurm says`() throws {
    let both = configuration("ps", 0).merging(job(node: "n1", local: 0, rank: 0)) { $1 }
    #expect(try Launcher(both)?.name == "TF_CONFIG")
  }

  @Test func `by Slurm gives each task an index, however the steps count them`() throws {
    let servers = [("n1", 0, 0), ("n1", 1, 2), ("n2", 0, 1)]  // dealt out in turn
    #expect(try servers.map { try Launcher(job(node: $0.0, local: $0.1, rank: $0.2))?.serverIndex() } == [0, 1, 2])
    let workers = [("n3", 0), ("n4", 0), ("n5", 0), ("n5", 1)]
    for first in [0, 3] {  // a step of its own, or one with the servers
      let indices = try workers.enumerated().map {
        try Launcher(job(node: $1.0, local: $1.1, rank: first + $0))?.workerIndex()
      }
      #expect(indices == [0, 1, 2, 3])
    }
    #expect(throws: ClusterError.self) { try Launcher(job(node: "n3", local: 0, rank: 0))?.serverIndex() }
  }

  @Test func `by Slurm is alike for servers and workers`() throws {
    let allocation = try #require(try SlurmAllocation(job(node: "n3", local: 0, rank: 0)))
    let servers = try allocation.servers { nodes in nodes.map { "10.0.0.\($0.dropFirst())" } }
    #expect(servers?.map(\.host) == ["10.0.0.1", "10.0.0.1", "10.0.0.2"])
    #expect(Set(try #require(servers).map(\.port)).count == 3)
    let server = try #require(try Launcher(job(node: "n2", local: 0, rank: 1)))
    #expect(try server.place(ofServer: 2).port == servers?[2].port)
  }

  @Test func `by Slurm says who a server is, but not where others are, in a job of one kind of tasks`() throws {
    let launcher = try #require(
      try Launcher([
        "SLURM_JOB_ID": "7", "SLURM_JOB_NODELIST": "n[1-2]", "SLURM_TASKS_PER_NODE": "2(x2)",
        "SLURMD_NODENAME": "n2", "SLURM_LOCALID": "1", "SLURM_PROCID": "3",
      ]))
    #expect(try launcher.serverIndex() == 3)
    #expect(try launcher.servers() == nil)
    #expect(try launcher.workerIndex() == nil)
  }

  @Test(arguments: [
    "SLURM_JOB_NODELIST_HET_GROUP_1", "SLURM_TASKS_PER_NODE_HET_GROUP_0", "SLURM_JOB_ID_HET_GROUP_0", "SLURM_LOCALID",
  ])
  func `by Slurm is refused where something is missing or wrong`(_ name: String) {
    var environment = job(node: "n1", local: 0, rank: 0)
    for value in [nil, "", "x("] {
      environment[name] = value
      #expect(throws: ClusterError.self) { try Launcher(environment) }
    }
  }

  @Test func `by Slurm's scontrol has the addresses of nodes`() {
    let text = """
      NodeName=n1 Arch=x86_64 CPUAlloc=0 NodeAddr=10.77.0.1 NodeHostName=vm Comment=a=b
      NodeName=n2 Arch=x86_64 NodeAddr=10.77.0.2

      """
    #expect(SlurmNodes.addresses(in: text) == ["n1": "10.77.0.1", "n2": "10.77.0.2"])
  }

  @Test func `is not heard by processes that are started within a job`() throws {
    let environment = configuration("ps", 0).merging(job(node: "n1", local: 0, rank: 0)) { $1 }
    #expect(try Launcher(Launcher.silenced(environment)) == nil)
  }
}
