import Dispatch
import Glibc
import Synchronization
import Tensors
import Testing

@Suite(.timeLimit(.minutes(1))) struct `A pool of threads` {
  /// How often each index was called.
  final class Calls: Sendable {
    private let counts: Mutex<[Int]>

    init(_ count: Int) { counts = Mutex([Int](repeating: 0, count: count)) }

    func add(_ index: Int) { counts.withLock { $0[index] += 1 } }

    var all: [Int] { counts.withLock { $0 } }
  }

  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7, 100])
  func `calls each index once, and all before it returns`(threads: Int, count: Int) {
    let pool = ThreadPool(threads: threads)
    for _ in 0..<20 {
      let calls = Calls(count)
      pool.run(count) { index in
        if index % 5 == 0 { usleep(20) }
        calls.add(index)
      }
      #expect(calls.all == [Int](repeating: 1, count: count))
    }
  }

  @Test func `works on its own threads too`() {
    let pool = ThreadPool(threads: 3)
    let seen = Mutex<Set<UInt>>([])
    pool.run(30) { _ in
      usleep(2000)
      seen.withLock { _ = $0.insert(UInt(pthread_self())) }
    }
    #expect(seen.withLock { $0.count } == 3)
  }

  @Test func `may be used by several callers at once`() {
    let pool = ThreadPool(threads: 3)
    let callers = 4
    let calls = Calls(callers * 17)
    let rounds = 300
    DispatchQueue.concurrentPerform(iterations: callers) { caller in
      for round in 0..<rounds {
        pool.run(17) { calls.add(caller * 17 + $0) }
        // What was called for is complete when the call returns, whoever else calls.
        let own = calls.all[caller * 17..<(caller + 1) * 17]
        if own.contains(where: { $0 != round + 1 }) { Issue.record("caller \(caller) has \(own) in round \(round)") }
      }
    }
    #expect(calls.all == [Int](repeating: rounds, count: callers * 17))
  }

  @Test func `may be used within its own work`() {
    let pool = ThreadPool(threads: 3)
    let calls = Calls(6 * 5 * 4)
    for _ in 0..<50 {
      pool.run(6) { outer in
        pool.run(5) { middle in
          pool.run(4) { inner in calls.add((outer * 5 + middle) * 4 + inner) }
        }
      }
    }
    #expect(calls.all == [Int](repeating: 50, count: 6 * 5 * 4))
  }
}
