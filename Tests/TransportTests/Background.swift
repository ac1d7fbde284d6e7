import Foundation

/// A function on a thread of its own, and what came of it.
final class Background<Value: Sendable>: @unchecked Sendable {  // every access is behind `condition`
  private let condition = NSCondition()
  private var outcome: Result<Value, any Error>?

  init(_ body: @escaping @Sendable () throws -> Value) {
    Thread.detachNewThread { [self] in
      let outcome = Result { try body() }
      condition.lock()
      self.outcome = outcome
      condition.broadcast()
      condition.unlock()
    }
  }

  /// Waits for the end.
  func value() throws -> Value {
    condition.lock()
    defer { condition.unlock() }
    while outcome == nil { condition.wait() }
    return try outcome!.get()
  }
}
