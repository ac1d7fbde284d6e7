internal import Foundation
internal import Kernels
import Synchronization

/// What the threads of a pool share: the items of one call at a time, and how to wait for them.
///
/// Items are taken by counting `untaken` down. Only who has taken one, and not yet counted it off in `unfinished`, may
/// read `body` and `count`: the caller sets them before there is anything to take, and goes away when nothing is
/// unfinished. A thread that comes late finds nothing, or takes an item of the next call, with that call's body.
///
/// Who waits spins first, for the next call mostly comes within microseconds, and then sleeps. It says so before it looks
/// a last time; who has news tells them before it looks for sleepers. These four are sequentially consistent, so that
/// one of the two sees the other, and no wake-up is lost.
final class SharedWork: @unchecked Sendable {  // `body` and `count`: see above
  /// A few times as long as it takes to be woken: within a training step, the next call mostly comes sooner.
  private static let spinDuration = Duration.microseconds(100)

  private let spins: Bool
  private let isBusy = Atomic(false)
  private let isClosed = Atomic(false)
  private var body: (@Sendable (Int) -> Void)?
  private var count = 0
  private let untaken = Atomic(0)
  private let unfinished = Atomic(0)

  private let arrival = NSCondition()
  private let sleepers = Atomic(0)
  private let completion = NSCondition()
  private let isCallerAsleep = Atomic(false)

  /// - Parameter spins: Whether there is a core for each thread.
  init(spins: Bool) { self.spins = spins }

  /// Calls `body` for each of 0..<count, on this thread and those that serve.
  ///
  /// - Returns: Whether it did: not while another call is at work.
  func run(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) -> Bool {
    guard isBusy.compareExchange(expected: false, desired: true, ordering: .acquiring).exchanged else { return false }
    self.body = body
    self.count = count
    unfinished.store(count, ordering: .relaxed)
    untaken.store(count, ordering: .sequentiallyConsistent)
    wake(atMost: count - 1)
    _ = takeItems()
    waitForCompletion()
    self.body = nil
    isBusy.store(false, ordering: .releasing)
    return true
  }

  /// Works for all calls until `close`.
  func serve() {
    _ = antiphon_flush_denormals()
    while !isClosed.load(ordering: .acquiring) {
      if !takeItems(), !comes(soon: isNews) { sleep() }
    }
  }

  /// Has all threads that serve end.
  func close() {
    isClosed.store(true, ordering: .sequentiallyConsistent)
    wake(atMost: .max)
  }

  /// Does the items that others leave; `false` if there was none.
  private func takeItems() -> Bool {
    var done = 0
    while let index = takeOne() {
      call(index)
      done += 1
    }
    if done > 0 { finish(done) }
    return done > 0
  }

  private func takeOne() -> Int? {
    var left = untaken.load(ordering: .relaxed)
    while left > 0 {
      let (isTaken, now) = untaken.weakCompareExchange(
        expected: left, desired: left - 1, successOrdering: .acquiring, failureOrdering: .relaxed)
      if isTaken { return count - left }
      left = now
    }
    return nil
  }

  /// A function of its own, so that nothing holds the body any more when it returns.
  @inline(never) private func call(_ index: Int) { body!(index) }

  private func finish(_ done: Int) {
    let left = unfinished.subtract(done, ordering: .sequentiallyConsistent).newValue
    guard left == 0, isCallerAsleep.load(ordering: .sequentiallyConsistent) else { return }
    completion.withLock { completion.signal() }
  }

  private func waitForCompletion() {
    if comes(soon: { unfinished.load(ordering: .acquiring) == 0 }) { return }
    completion.withLock {
      isCallerAsleep.store(true, ordering: .sequentiallyConsistent)
      while unfinished.load(ordering: .sequentiallyConsistent) > 0 { completion.wait() }
      isCallerAsleep.store(false, ordering: .relaxed)
    }
  }

  private func isNews() -> Bool {
    untaken.load(ordering: .sequentiallyConsistent) > 0 || isClosed.load(ordering: .sequentiallyConsistent)
  }

  /// Returns when woken, or for no reason: the caller looks again, and spins again, since the item for which it was woken
  /// may be gone, but others follow.
  private func sleep() {
    arrival.withLock {
      sleepers.add(1, ordering: .sequentiallyConsistent)
      if !isNews() { arrival.wait() }
      sleepers.subtract(1, ordering: .relaxed)
    }
  }

  private func wake(atMost most: Int) {
    let asleep = sleepers.load(ordering: .sequentiallyConsistent)
    guard asleep > 0 else { return }
    arrival.withLock {
      for _ in 0..<min(asleep, most) { arrival.signal() }
    }
  }

  /// Spins until something is so, for a short time.
  private func comes(soon isSo: () -> Bool) -> Bool {
    guard spins else { return isSo() }
    let start = ContinuousClock.now
    repeat {
      for _ in 0..<16 {
        if isSo() { return true }
        antiphon_pause()
      }
    } while ContinuousClock.now - start < Self.spinDuration
    return false
  }
}
