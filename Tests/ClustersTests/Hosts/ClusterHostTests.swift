import Foundation
import Testing

@testable import Clusters

@Suite struct `A file of hosts` {
  private func hosts(_ text: String) throws -> [ClusterHost] {
    try withTemporaryFolder { folder in
      try text.write(toFile: "\(folder)/hosts.txt", atomically: true, encoding: .utf8)
      return try ClusterHost.list(at: "\(folder)/hosts.txt")
    }
  }

  @Test func `is read as mpirun and DeepSpeed read it`() throws {
    let found = try hosts("# all\nnode1 slots=8\n\n  me@node2   slots=2 # behind a switch\n10.0.0.3\n")
    #expect(found.map(\.name) == ["node1", "me@node2", "10.0.0.3"])
    #expect(found.map(\.slots) == [8, 2, 1])
  }

  @Test(arguments: [
    ("a slots = 8", 8), ("a slots= 8", 8), ("a slots =8 # many", 8), ("a slots=4 max_slots=8", 4),
    ("a max-slots=8 slots=4", 4), ("a max_slots = 3", 3), ("a:4", 4), ("a:4 max_slots=4 # MPICH", 4), ("a", 1),
    ("a\nb\na\na", 3), ("a slots=2\nb slots=9\na slots=3", 5), ("a:2\na", 3),
  ])
  func `gives the first host its slots in all forms that others read`(_ text: String, _ slots: Int) throws {
    let found = try hosts(text)
    #expect(found[0] == ClusterHost(name: "a", slots: slots))
    #expect(Set(found.map(\.name)).count == found.count)
  }

  @Test func `may have IPv6 numbers, whose colons tell no slots`() throws {
    #expect(try hosts("::1\nfe80::a:4 slots=2") == [.init(name: "::1", slots: 1), .init(name: "fe80::a:4", slots: 2)])
  }

  @Test func `that is a folder, or no text, or not there, is refused in one plain line`() throws {
    try withTemporaryFolder { folder in
      try Data([0xff, 0xfe, 0]).write(to: URL(filePath: "\(folder)/bytes"))
      for (path, complaint) in [
        (folder, "expected a file of hosts, \(folder) is a folder"),
        ("\(folder)/bytes", "expected a file of hosts, \(folder)/bytes is no text"),
        ("\(folder)/none", "expected a file of hosts, there is no \(folder)/none"),
      ] {
        #expect(throws: ClusterError(complaint)) { try ClusterHost.list(at: path) }
      }
    }
  }

  @Test func `is read with the line ends of any system`() throws {
    #expect(try hosts("a slots=2\r\nb\r\n\r\n# c\r\n").map(\.name) == ["a", "b"])
  }

  @Test(arguments: [
    "", "# none\n", "a slots=0", "a slots=x", "a 4", "a slots=1 max=2", "a slots=1 slots=1", "a slots", "a slots=",
    "a slots=8 max_slots=4", "a:", "a:x", ":4", "a:4 slots=4", "-oProxyCommand=x", "a/b slots=1",
  ])
  func `that is none is refused`(_ text: String) {
    #expect(throws: ClusterError.self) { try hosts(text) }
  }
}
