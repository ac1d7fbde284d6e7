import Foundation

/// Two at once: each of them is a run of many processes.
private let places = DispatchSemaphore(value: 2)

/// Does what waits for long on a thread of its own: tasks of other tests need the few threads that there are for tasks.
public func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread {
      places.wait()
      defer { places.signal() }
      continuation.resume(with: Result { try body() })
    }
  }
}
