import Testing

@testable import Clusters

@Suite struct `A list of hosts as Slurm writes it` {
  @Test(arguments: [
    ("n1", ["n1"]),
    ("n[1-3,7],m[01-03],login", ["n1", "n2", "n3", "n7", "m01", "m02", "m03", "login"]),
    ("n[098-101]", ["n098", "n099", "n100", "n101"]),
    ("rack[1-2]node[1,3]", ["rack1node1", "rack1node3", "rack2node1", "rack2node3"]),
    ("gpu-[2]-ib", ["gpu-2-ib"]),
  ])
  func `is expanded in its order`(_ text: String, _ names: [String]) throws {
    #expect(try HostList.expand(text) == names)
  }

  @Test(arguments: ["", ",", "n1,", "n[", "n]", "n[1", "n[]", "n[1-]", "n[3-1]", "n[a]", "n[1[2]]", "n[1-999999999]"])
  func `that is none is refused`(_ text: String) {
    #expect(throws: ClusterError.self) { try HostList.expand(text) }
  }
}
