internal import Dispatch
internal import Synchronization

/// One value that a task hands to a thread, which waits for it.
final class Handover<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let isThere = DispatchSemaphore(value: 0)

  func give(_ value: Value) {
    self.value.withLock { $0 = value }
    isThere.signal()
  }

  /// Waits for the value, which can be taken once.
  func take() -> Value {
    isThere.wait()
    return value.withLock { $0.take()! }
  }
}
