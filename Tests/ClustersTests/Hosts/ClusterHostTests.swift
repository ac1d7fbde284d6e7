import Clusters
import Testing

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

  @Test func `is read with the line ends of any system`() throws {
    #expect(try hosts("a slots=2\r\nb\r\n\r\n# c\r\n").map(\.name) == ["a", "b"])
  }

  @Test(arguments: [
    "", "# none\n", "a slots=0", "a slots=x", "a 4", "a slots=1 max=2", "a\na\n", "-oProxyCommand=x", "a/b slots=1",
  ])
  func `that is none is refused`(_ text: String) {
    #expect(throws: ClusterError.self) { try hosts(text) }
  }
}
