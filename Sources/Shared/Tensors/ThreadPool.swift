internal import COpenBLAS
import Foundation
import Synchronization

/// Threads that share the work of one computation; the caller is one of them.
///
/// The pool in use is bound for a stretch of code: `ThreadPool.$current.withValue(ThreadPool(threads: 4)) { … }`. All
/// matrix products of OpenBLAS run on the one thread that calls them: the pool is what divides the work.
public final class ThreadPool: Sendable {
  /// The pool that computes here; a single thread where none was bound.
  @TaskLocal public static var current = ThreadPool(threads: 1)

  private struct Work {
    let count: Int
    let body: @Sendable (Int) -> Void
    var next = 0
    var unfinished: Int
  }

  private struct State {
    var work: Work?
    var isClosed = false
  }

  /// How many threads compute, the caller among them.
  public let threads: Int
  private let state = SharedState()

  /// - Parameter threads: At least 1.
  public init(threads: Int) {
    precondition(threads > 0, "a pool has a thread")
    openblas_set_num_threads(1)
    self.threads = threads
    for _ in 1..<threads {
      Thread.detachNewThread { [state] in state.serve() }
    }
  }

  deinit { state.close() }

  /// Calls a function for each of 0..<count, in any order and on any thread, and returns when all are done.
  ///
  /// While the threads are busy with one such call, another one (of a second thread, or from within `body`) is done by
  /// its caller alone.
  public func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
    guard threads > 1, count > 1 else {
      for index in 0..<count { body(index) }
      return
    }
    withoutActuallyEscaping(body) { state.run(count, $0) }
  }

  /// What the threads share: the work at hand, behind one lock.
  private final class SharedState: @unchecked Sendable {  // every access is behind `condition`
    private let condition = NSCondition()
    private var state = State()

    func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
      condition.lock()
      guard state.work == nil else {
        condition.unlock()
        for index in 0..<count { body(index) }
        return
      }
      state.work = Work(count: count, body: body, unfinished: count)
      condition.broadcast()
      while takeOne() {}
      while state.work!.unfinished > 0 { condition.wait() }
      state.work = nil
      condition.unlock()
    }

    func serve() {
      condition.lock()
      while !state.isClosed {
        if !takeOne() { condition.wait() }
      }
      condition.unlock()
    }

    func close() {
      condition.lock()
      state.isClosed = true
      condition.broadcast()
      condition.unlock()
    }

    /// Does the next piece of work, unlocked; called locked.
    private func takeOne() -> Bool {
      guard let work = state.work, work.next < work.count else { return false }
      state.work!.next += 1
      condition.unlock()
      work.body(work.next)
      condition.lock()
      state.work!.unfinished -= 1
      if state.work!.unfinished == 0 { condition.broadcast() }
      return true
    }
  }
}
