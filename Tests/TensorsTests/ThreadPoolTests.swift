import Foundation
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

  @Test(arguments: [2, 3, 64]) func `loses nothing in many small calls, whether its threads are awake or asleep`(
    threads: Int
  ) {
    let pool = ThreadPool(threads: threads)
    let sum = Atomic(0)
    var expected = 0
    for call in 0..<20_000 {
      let count = 2 + call % 7
      pool.run(count) { sum.add((call + 1) * ($0 + 1), ordering: .relaxed) }
      expected += (call + 1) * count * (count + 1) / 2
      guard sum.load(ordering: .relaxed) == expected else {
        Issue.record("call \(call) is not complete")
        return
      }
      if call % 500 == 0 { usleep(300) }  // longer than the threads spin
    }
  }

  @Test func `lets go of what it calls before it returns`() {
    final class Held: Sendable {}
    let pool = ThreadPool(threads: 3)
    for _ in 0..<2000 {
      weak var gone: Held?
      do {
        let held = Held()
        gone = held
        pool.run(3) { _ in withExtendedLifetime(held) {} }
      }
      #expect(gone == nil)
    }
  }

  @Test func `ends its threads when it is dropped`() throws {
    for round in 0..<1000 {
      let pool = ThreadPool(threads: 5)
      let calls = Calls(4)
      if round % 3 > 0 { pool.run(4) { calls.add($0) } }
      if round % 3 > 1 { usleep(200) }  // its threads sleep
    }
    // Other tests have threads too, but not so many.
    let start = ContinuousClock.now
    while try threadsOfProcess() > 500, ContinuousClock.now - start < .seconds(20) { usleep(10_000) }
    #expect(try threadsOfProcess() <= 500)
  }

  private func threadsOfProcess() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count
  }
}

@Suite struct `Denormal numbers` {
  private static let denormal = Float.leastNormalMagnitude / 4

  /// A denormal result of normal numbers, and a normal result of a denormal one: what the processor makes of them.
  @inline(never) private static func products(_ small: Float, _ half: Float, _ large: Float) -> [Float] {
    [small * half, small * half * half * large]
  }

  private static func compute() -> [Float] { products(.leastNormalMagnitude, 0.5, 1e30) }

  @Test(arguments: [1, 3]) func `are zero on all threads of a pool, and nowhere else`(threads: Int) {
    let pool = ThreadPool(threads: threads)
    let outside = Self.compute()
    #expect(outside.allSatisfy { $0 > 0 })
    let seen = Mutex<Set<UInt>>([])
    let inside = Mutex<[Float]>([])
    pool.run(30) { _ in
      usleep(1000)
      pool.run(2) { _ in }  // leaves it as it is
      inside.withLock { $0 += Self.compute() }
      seen.withLock { _ = $0.insert(UInt(pthread_self())) }
    }
    #expect(inside.withLock { $0 } == [Float](repeating: 0, count: 60))
    #expect(seen.withLock { $0.count } == threads)
    #expect(Self.compute() == outside)
  }

  @Test func `that are given are taken for zero`() {
    let tensor = Tensor([1, 1], values: [Self.denormal])
    var product = Tensor([1, 1])
    product.multiply(tensor.matrix, Tensor([1, 1], values: [1e30]).matrix)
    #expect(product.values[0] == 0)
    #expect(tensor.values[0] * 1e30 > 1e-9)
  }
}
