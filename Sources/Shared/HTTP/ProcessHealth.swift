public import Dispatch
internal import Synchronization

/// Whether a process lives, and whether it can be of use: its main loop tells, and whoever watches it asks.
public final class ProcessHealth: Sendable {
  /// A loop that turns no more for longer than this is stuck. One stage of a large network may take some seconds on a
  /// slow core, and so may a shared disk that is busy.
  private static let longestTurnSeconds = 60.0

  /// The nanoseconds of the last turn; 0 before the first.
  private let lastTurn = Atomic<UInt64>(0)
  private let isOfUse = Atomic(false)

  public init() {}

  /// Takes down that the main loop turns.
  public func turned(at time: DispatchTime = .now()) {
    lastTurn.store(time.uptimeNanoseconds, ordering: .relaxed)
  }

  /// Takes down that what has to come before the work is done: a server has its values, a worker has joined.
  public func becomeReady() { isOfUse.store(true, ordering: .relaxed) }

  /// For how long the main loop has not turned, where that is too long. What comes before its first turn, the restoring
  /// of a checkpoint for example, may take as long as it takes.
  public func stuckSeconds(at time: DispatchTime = .now()) -> Double? {
    let last = lastTurn.load(ordering: .relaxed)
    guard last > 0, time.uptimeNanoseconds > last else { return nil }
    let seconds = Double(time.uptimeNanoseconds - last) / 1e9
    return seconds > Self.longestTurnSeconds ? seconds : nil
  }

  /// Whether the process can be of use now.
  public func isReady(at time: DispatchTime = .now()) -> Bool {
    isOfUse.load(ordering: .relaxed) && stuckSeconds(at: time) == nil
  }
}

extension ProcessHealth {
  /// What Kubernetes' kubelet asks for: `/healthz`, 200 unless the main loop is stuck, and `/readyz`, 200 while the process
  /// can be of use; otherwise 503.
  ///
  /// - Parameter now: The time.
  public func pages(now: @escaping @Sendable () -> DispatchTime = { .now() }) -> [Page] {
    [
      Page("/healthz") { [self] in
        if let seconds = stuckSeconds(at: now()) {
          return .unavailable("the main loop has not turned for \(Int(seconds)) s\n")
        }
        return .good("ok\n")
      },
      Page("/readyz") { [self] in isReady(at: now()) ? .good("ready\n") : .unavailable("not ready\n") },
    ]
  }
}
