internal import Synchronization

/// What is asked and not answered yet, so that nobody works at an answer for which nobody waits any more.
final class Exchanges: Sendable {
  /// The header by which the front door tells the server which one it is.
  static let header = "Antiphon-Exchange"

  private struct State {
    var last = 0
    /// What ends the work at each one, once somebody works at it.
    var open: [Int: (@Sendable () -> Void)?] = [:]
  }

  private let state = Mutex(State())

  /// - Returns: Its number.
  func begin() -> Int {
    state.withLock { state in
      state.last += 1
      state.open[state.last] = .some(nil)
      return state.last
    }
  }

  /// Ends one, and the work at it.
  func end(_ number: Int) {
    let work = state.withLock { $0.open.removeValue(forKey: number) ?? nil }
    work?()
  }

  /// Works at one until that is done; the work is cancelled where the exchange ends before.
  func work<Value: Sendable>(
    at number: Int, _ work: @escaping @Sendable () async -> Value
  ) async -> Value {
    let task = Task { await work() }
    let isOpen = state.withLock { state in
      guard state.open[number] != nil else { return false }
      state.open[number] = { task.cancel() }
      return true
    }
    if !isOpen { task.cancel() }
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
