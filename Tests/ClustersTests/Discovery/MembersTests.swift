import Clusters
import Foundation
import Testing

@Suite struct `The members of a run` {
  private func member(_ index: Int, of count: Int, port: Int = 4000) -> Member {
    Member(index: index, count: count, address: "127.0.0.1:\(port + index)", pid: 7, generation: 1, run: 42)
  }

  @Test func `are found when all of them have said where they are`() throws {
    try withTemporaryFolder { folder in
      let members = Members(folder: "\(folder)/members")
      try members.publish(member(1, of: 2))
      #expect(throws: ClusterError.self) { try members.waitForServers(timeoutSeconds: 0.2, isCancelled: { false }) }
      try members.publish(member(0, of: 2))
      let found = try members.waitForServers(timeoutSeconds: 5, isCancelled: { false })
      #expect(found == [member(0, of: 2), member(1, of: 2)])
    }
  }

  @Test func `that are left of another number of servers do not count`() throws {
    try withTemporaryFolder { folder in
      let members = Members(folder: folder)
      for index in 0..<2 { try members.publish(member(index, of: 2)) }
      try members.publish(member(0, of: 3, port: 5000))
      #expect(try members.server(1, of: 3) == nil)
      #expect(try members.first()?.count == 3)
      #expect(throws: ClusterError.self) { try members.waitForServers(timeoutSeconds: 0.2, isCancelled: { false }) }
      try members.clear()
      #expect(try members.first() == nil)
    }
  }

  @Test func `may say where they are again, and a waiting one can be called off`() throws {
    try withTemporaryFolder { folder in
      let members = Members(folder: folder)
      try members.publish(member(0, of: 2))
      try members.publish(member(0, of: 2, port: 6000))
      #expect(try members.server(0, of: 2)?.address == "127.0.0.1:6000")
      #expect(try members.waitForServers(timeoutSeconds: 60, isCancelled: { true }) == nil)
    }
  }

  @Test func `are forgotten when they end, but not a newer start in their place`() throws {
    try withTemporaryFolder { folder in
      let members = Members(folder: folder)
      try members.publish(member(0, of: 2))
      try members.withdraw(0, generation: 0)
      #expect(try members.first() != nil)
      try members.withdraw(0, generation: 1)
      #expect(try members.first() == nil)
      try members.withdraw(0, generation: 1)
    }
  }
}

@Suite struct `The address of a server` {
  @Test(arguments: ["127.0.0.1:5000", "node-7.cluster:1", "[::1]:65535"])
  func `survives a round trip`(_ text: String) throws {
    #expect("\(try ServerAddress(parsing: text))" == text)
  }

  @Test(arguments: ["", "host", "host:", ":5000", "host:0", "host:70000", "host:port", "::1:5000", "a b:5000"])
  func `that cannot be is refused in one line`(_ text: String) {
    let error = #expect(throws: ClusterError.self) { try ServerAddress(parsing: text) }
    #expect(error?.description.contains("'\(text)'") == true)
  }

  @Test func `stands in a list in the order of the servers, once`() throws {
    #expect(try ServerAddress.list(parsing: "a:1,b:2,a:3").map(\.port) == [1, 2, 3])
    for list in ["a:1,", "a:1,,b:2", "a:1,b:2,a:1"] {
      #expect(throws: ClusterError.self) { try ServerAddress.list(parsing: list) }
    }
  }
}
