internal import COpenBLAS
internal import Foundation
internal import Kernels

/// Threads that share the work of one computation; the caller is one of them.
///
/// The pool in use is bound for a stretch of code: `ThreadPool.$current.withValue(ThreadPool(threads: 4)) { … }`. All
/// matrix products of OpenBLAS run on the one thread that calls them: the pool is what divides the work.
public final class ThreadPool: Sendable {
  /// The pool that computes here; a single thread where none was bound.
  @TaskLocal public static var current = ThreadPool(threads: 1)

  /// How many threads compute, the caller among them.
  public let threads: Int
  private let work: SharedWork

  /// - Parameter threads: At least 1.
  public init(threads: Int) {
    precondition(threads > 0, "a pool has a thread")
    openblas_set_num_threads(1)
    self.threads = threads
    // A thread that spins where there is no core for it keeps one that works from going on.
    work = SharedWork(spins: threads > 1 && threads <= AvailableCores().count)
    for _ in 1..<threads {
      Thread.detachNewThread { [work] in work.serve() }
    }
  }

  deinit { work.close() }

  /// Calls a function for each of 0..<count, in any order and on any thread, and returns when all are done.
  ///
  /// While the threads are busy with one such call, another one (of a second thread, or from within `body`) is done by
  /// its caller alone. Within `body` denormal numbers are zero, on whichever thread it is called.
  public func run(_ count: Int, _ body: @Sendable (Int) -> Void) {
    let mode = antiphon_flush_denormals()
    defer { antiphon_restore_denormals(mode) }
    let isDone = threads > 1 && count > 1 && withoutActuallyEscaping(body) { work.run(count, $0) }
    if !isDone {
      for index in 0..<count { body(index) }
    }
  }
}
