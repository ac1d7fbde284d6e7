/// What a run has taken, summed up from its record: a plain value that is told each status.
public struct RunCost: Equatable, Sendable {
  /// While there was a server 0, from the first status to the last.
  public private(set) var seconds = 0.0
  /// The same for all workers together.
  public private(set) var workerSeconds = 0.0
  /// How often server 0 has started.
  public private(set) var starts = 0
  private var lastSeconds: Double?

  public init() {}

  /// - Parameter status: In the order in which they were recorded.
  public mutating func add(_ status: RunStatus) {
    var passed = status.seconds - (lastSeconds ?? .infinity)
    if passed < 0 {  // it counts from its start
      starts += 1
      passed = status.seconds
    }
    lastSeconds = status.seconds
    seconds += passed
    workerSeconds += passed * Double(status.processes.count { $0.role == .worker && $0.state == .running })
  }
}
