internal import Foundation
internal import Synchronization

/// Calls `body` for each of 0..<count on several threads, and returns what it returns, in order.
///
/// - Parameter progress: Called after each, one call at a time, with the number of those that are done.
/// - Throws: The first error of `body` or `progress`; then no more are begun.
public func mapConcurrently<Value: Sendable>(
  _ count: Int, threads: Int, progress: @Sendable (Int) throws -> Void, body: @Sendable (Int) throws -> Value
) throws -> [Value] {
  let work = Mutex(ConcurrentMap<Value>(count: count))
  DispatchQueue.concurrentPerform(iterations: threads) { _ in
    while let index = work.withLock({ $0.take() }) {
      do {
        let value = try body(index)
        try work.withLock { try $0.put(value, at: index, progress) }
      } catch {
        work.withLock { $0.failure = $0.failure ?? error }
      }
    }
  }
  return try work.withLock { work in
    if let failure = work.failure { throw failure }
    return work.values.map { $0! }
  }
}

/// What the threads share.
private struct ConcurrentMap<Value> {
  var values: [Value?]
  var failure: (any Error)?
  private var next = 0
  private var done = 0

  init(count: Int) { values = Array(repeating: nil, count: count) }

  /// The next index; none once something has failed.
  mutating func take() -> Int? {
    guard failure == nil, next < values.count else { return nil }
    defer { next += 1 }
    return next
  }

  mutating func put(_ value: Value, at index: Int, _ progress: (Int) throws -> Void) throws {
    values[index] = value
    done += 1
    if failure == nil { try progress(done) }
  }
}
