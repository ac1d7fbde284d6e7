import Clusters
import Testing

@Suite struct `The placement of a run on hosts` {
  private let hosts: [ClusterHost]

  init() throws {
    hosts = try withTemporaryFolder { folder in
      try "a slots=4\nb slots=2\nc slots=2".write(toFile: "\(folder)/hosts", atomically: true, encoding: .utf8)
      return try ClusterHost.list(at: "\(folder)/hosts")
    }
  }

  private func placement(servers: Int = 4, workers: Int) throws -> Placement {
    try Placement(hosts: hosts, servers: servers, workers: workers)
  }

  private func all(of placement: Placement) -> [ProcessName] {
    hosts.flatMap { placement.processes(of: $0.name) }
  }

  @Test func `has each process once, servers in turn, and no more workers on a host than it has room for`() throws {
    for workers in 0...8 {
      let placement = try placement(workers: workers)
      let names = all(of: placement)
      #expect(Set(names) == Set(ProcessName.all(servers: 4, workers: workers)) && names.count == 4 + workers)
      for host in hosts {
        #expect(placement.processes(of: host.name).count { $0.role == .worker } <= host.slots)
      }
      #expect(placement.servers == ["a", "b", "c", "a"])
    }
    #expect(throws: ClusterError.self) { try self.placement(workers: 9) }
  }

  @Test func `has an evaluator on one host, and on another when that one is gone`() throws {
    var placement = try Placement(hosts: hosts, servers: 1, workers: 8, evaluator: true)
    func evaluators(_ placement: Placement) -> [String] {
      hosts.map(\.name).filter { placement.processes(of: $0).contains(ProcessName(.evaluator, 0)) }
    }
    #expect(evaluators(placement).count == 1)
    let first = try #require(evaluators(placement).first)
    placement.lose(first)
    #expect(evaluators(placement).count == 1 && evaluators(placement) != [first])
    #expect(try !all(of: self.placement(workers: 8)).contains(ProcessName(.evaluator, 0)))
  }

  @Test func `moves nobody when the number of workers changes`() throws {
    var placement = try placement(workers: 3)
    let before = placement
    placement.scale(to: 6)
    #expect(Array(placement.workers.prefix(3)) == before.workers && !placement.workers.contains(nil))
    placement.scale(to: 3)
    #expect(placement == before)
    placement.scale(to: 20)
    #expect(placement.workers.count { $0 != nil } == 8, "the others wait for room")
  }

  @Test func `gives what a lost host had to others, and only that`() throws {
    var placement = try placement(workers: 5)
    let before = placement
    placement.lose("a")
    #expect(placement.processes(of: "a").isEmpty)
    #expect(placement.servers == ["b", "b", "c", "c"])
    for index in before.workers.indices where before.workers[index] != "a" {
      #expect(placement.workers[index] == before.workers[index])
    }
    #expect(placement.workers.count { $0 == nil } == 1, "there is room for four")
    let moved = placement.servers
    placement.regain("a")
    #expect(placement.servers == moved, "a server that moves goes back to a checkpoint")
    #expect(Set(all(of: placement)) == Set(ProcessName.all(servers: 4, workers: 5)))
  }

  @Test func `leaves the last host what it has`() throws {
    var placement = try placement(workers: 2)
    for host in ["a", "b", "c", "c"] { placement.lose(host) }
    #expect(placement.processes(of: "c").count { $0.role == .server } == 4)
  }

  @Test func `has nothing anywhere once all is cancelled`() throws {
    var placement = try placement(workers: 2)
    placement.isCancelled = true
    #expect(all(of: placement).isEmpty)
  }
}
