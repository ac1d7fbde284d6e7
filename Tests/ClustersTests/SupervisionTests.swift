import Clusters
import Processes
import Testing

@Suite struct `The supervision of a run` {
  private let servers = (0..<2).map { ProcessName(.server, $0) }
  private let workers = (0..<4).map { ProcessName(.worker, $0) }

  private func started() -> Supervision {
    var supervision = Supervision(ProcessName.all(servers: 2, workers: 2))
    _ = supervision.actions(at: 0)
    return supervision
  }

  @Test func `starts every process once`() {
    var supervision = Supervision(ProcessName.all(servers: 2, workers: 2))
    #expect(supervision.actions(at: 0) == (servers + workers.prefix(2)).map { .start($0) })
    #expect(supervision.actions(at: 1).isEmpty)
    #expect(!supervision.isOver)
  }

  @Test(arguments: [ProcessEnding.signal(9), .exit(75), .exit(1)])
  func `starts again what dies, soon`(_ ending: ProcessEnding) {
    for victim in [servers[0], servers[1], workers[1]] {
      var supervision = started()
      supervision.note(ending, of: victim, at: 60)
      #expect(supervision.actions(at: 61) == [.start(victim)])
      #expect(supervision.failed == nil)
    }
  }

  @Test func `waits longer after each quick death, and then gives up`() {
    var supervision = started()
    var now = 0.0
    var pauses: [Double] = []
    while supervision.failed == nil {
      supervision.note(.exit(1), of: servers[1], at: now)
      let death = now
      while supervision.failed == nil, supervision.actions(at: now).isEmpty { now += 0.05 }
      if supervision.failed == nil { pauses.append(now - death) }
    }
    #expect(pauses.count == 5 && zip(pauses, pauses.dropFirst()).allSatisfy { $0 < $1 })
    #expect(supervision.failed?.process == servers[1])
    #expect(supervision.actions(at: now + 100).isEmpty)
  }

  @Test func `never gives up on what lives for a while between its deaths`() {
    var supervision = started()
    for hour in 1...50 {
      supervision.note(.signal(9), of: workers[0], at: Double(hour) * 3600)
      #expect(supervision.actions(at: Double(hour) * 3600 + 1) == [.start(workers[0])])
    }
    #expect(supervision.failed == nil)
  }

  @Test func `gives up at once where the configuration is wrong`() {
    var supervision = started()
    supervision.note(.exit(78), of: workers[1], at: 1)
    #expect(supervision.failed?.process == workers[1] && supervision.failed?.ending == .exit(78))
  }

  @Test func `does without an evaluator that cannot go on`() {
    let evaluator = ProcessName(.evaluator, 0)
    for ending in [ProcessEnding.exit(78), .signal(11)] {
      var supervision = Supervision(ProcessName.all(servers: 1, workers: 1, evaluators: 1))
      var now = 0.0
      var starts = 0
      for _ in 0..<20 {
        now += 60
        let actions = supervision.actions(at: now)
        guard actions.contains(.start(evaluator)) else { continue }
        starts += 1
        supervision.note(ending, of: evaluator, at: now + 1)
      }
      #expect(starts == (ending == .exit(78) ? 1 : 6))
      #expect(supervision.failed == nil && !supervision.isOver)
      supervision.note(.exit(0), of: ProcessName(.server, 0), at: now)
      #expect(supervision.isOver)
    }
  }

  @Test func `follows the number of workers up and down`() {
    var supervision = started()
    supervision.wanted = servers + workers
    #expect(supervision.actions(at: 1) == [.start(workers[2]), .start(workers[3])])
    supervision.wanted = servers + workers.prefix(1)
    let stopped = supervision.actions(at: 2)
    #expect(stopped.count == 3 && (1...3).allSatisfy { stopped.contains(.stop(workers[$0])) })
    for worker in workers[1...] { supervision.note(.exit(0), of: worker, at: 3) }
    #expect(supervision.actions(at: 100).isEmpty)
    supervision.wanted = servers + workers.prefix(2)
    #expect(supervision.actions(at: 101) == [.start(workers[1])])
  }

  @Test func `replaces a worker that left, but not at the end of the run`() {
    var supervision = started()
    supervision.note(.exit(0), of: workers[0], at: 5)
    #expect(supervision.actions(at: 20) == [.start(workers[0])])
    supervision.isEnding = true
    supervision.note(.exit(0), of: workers[0], at: 30)
    #expect(supervision.actions(at: 60).isEmpty)
    supervision.note(.signal(9), of: servers[0], at: 61)
    #expect(supervision.actions(at: 70) == [.start(servers[0])], "a server still has the last checkpoint to make")
  }

  @Test func `ends at once a worker that does not leave when it is asked to`() {
    var supervision = started()
    supervision.wanted = servers + workers.prefix(1)
    #expect(supervision.actions(at: 1) == [.stop(workers[1])])
    #expect(supervision.actions(at: 10).isEmpty)
    #expect(supervision.actions(at: 30) == [.kill(workers[1])])
    supervision.note(.signal(9), of: workers[1], at: 31)
    #expect(supervision.actions(at: 32).isEmpty)
  }

  @Test func `fails where a server cannot make the last checkpoint`() {
    var supervision = started()
    supervision.isEnding = true
    supervision.note(.exit(75), of: servers[0], at: 100)
    #expect(supervision.failed?.process == servers[0])
  }

  @Test func `starts no server again once server 0 has ended the run`() {
    var supervision = started()
    supervision.isEnding = true
    supervision.note(.signal(9), of: servers[1], at: 5)
    supervision.note(.exit(0), of: servers[0], at: 5)
    #expect(supervision.actions(at: 100).isEmpty)
    #expect(supervision.isOver)
  }

  @Test func `ends at once a server whose place is elsewhere, and does not mind how`() {
    for ending in [ProcessEnding.signal(9), .exit(78)] {
      var supervision = started()
      supervision.wanted = [servers[1]] + workers.prefix(2)
      #expect(supervision.actions(at: 1) == [.kill(servers[0])], "asked to end it would have the run ended")
      supervision.note(ending, of: servers[0], at: 2)
      #expect(supervision.failed == nil && supervision.actions(at: 100).isEmpty)
    }
  }

  @Test func `starts no server again once it is told that server 0 has ended the run`() {
    var supervision = Supervision([servers[1]])
    _ = supervision.actions(at: 0)
    supervision.isEnding = true
    supervision.hasLeaderEnded = true
    supervision.note(.signal(9), of: servers[1], at: 5)
    #expect(supervision.actions(at: 100).isEmpty && supervision.isOver)
  }

  @Test func `is over when every server has ended well`() {
    var supervision = started()
    supervision.note(.exit(0), of: servers[0], at: 5)
    #expect(!supervision.isOver)
    supervision.note(.exit(0), of: servers[1], at: 5)
    #expect(supervision.isOver)
  }
}
