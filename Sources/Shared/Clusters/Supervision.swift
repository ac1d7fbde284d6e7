public import Processes

/// One process of a run on this machine.
public struct ProcessName: Hashable, Sendable, CustomStringConvertible {
  public enum Role: String, Sendable {
    case server, worker
    /// A worker that scores checkpoints.
    case evaluator
  }

  public let role: Role
  public let index: Int

  public init(_ role: Role, _ index: Int) {
    self.role = role
    self.index = index
  }

  /// All processes of a run.
  public static func all(servers: Int, workers: Int, evaluators: Int = 0) -> [ProcessName] {
    (0..<servers).map { ProcessName(.server, $0) } + (0..<workers).map { ProcessName(.worker, $0) }
      + (0..<evaluators).map { ProcessName(.evaluator, $0) }
  }

  public var description: String { "\(role.rawValue) \(index)" }
}

/// Which processes of a run are to be started or stopped now: a plain value that is told what happened, and the time.
///
/// What dies is started again, at once and then after longer and longer pauses. A process that says that its
/// configuration is wrong (exit code 78), or dies again and again as soon as it is started, ends it all; but an evaluator
/// is then done without, since the training does not need it.
public struct Supervision: Sendable {
  public enum Action: Equatable, Sendable {
    case start(ProcessName)
    /// Ask it to end (SIGTERM).
    case stop(ProcessName)
    /// End it at once: it was asked to end long ago (SIGKILL).
    case kill(ProcessName)
  }

  private enum State: Equatable {
    case running(since: Double)
    /// To be started at a time.
    case waiting(until: Double)
    /// Asked to end; not to be started again.
    case stopping(since: Double)
    /// It did what it had to do.
    case done
  }

  /// A process that dies sooner than this has not really started.
  private static let quickSeconds = 10.0
  /// So many quick deaths in a row are enough.
  private static let mostQuickDeaths = 6
  private static let configurationIsWrong: Int32 = 78
  /// So long may one that was asked to end take.
  private static let stopSeconds = 15.0

  private var states: [ProcessName: State] = [:]
  private var quickDeaths: [ProcessName: Int] = [:]

  /// The processes that there should be.
  public var wanted: [ProcessName]
  /// Whether the run is coming to its end: workers that leave are not replaced.
  public var isEnding = false
  /// Whether server 0 has ended elsewhere.
  public var hasLeaderEnded = false
  /// The process because of which the run cannot go on.
  public private(set) var failed: (process: ProcessName, ending: ProcessEnding)?

  public init(_ wanted: [ProcessName]) {
    self.wanted = wanted
  }

  /// Whether every wanted server has ended well.
  public var isOver: Bool { wanted.allSatisfy { $0.role != .server || states[$0] == .done } }

  /// What is to be done now; it is taken as done.
  public mutating func actions(at now: Double) -> [Action] {
    guard failed == nil else { return [] }
    var actions: [Action] = []
    if isEnding, hasLeaderEnded || states[ProcessName(.server, 0)] == .done {
      // The last checkpoint is made: who died since has nothing left to do, and nobody who would tell it to end.
      for (name, state) in states where name.role == .server {
        if case .waiting = state { states[name] = .done }
      }
    }
    for name in wanted where isDue(name, at: now) {
      states[name] = .running(since: now)
      actions.append(.start(name))
    }
    for (name, state) in states {
      let isTooMany = !wanted.contains(name)
      switch state {
      case .running where isTooMany && name.role == .server:
        // Another one has its place, and a server that is asked to end has the run ended.
        states[name] = .stopping(since: now)
        actions.append(.kill(name))
      case .running where isTooMany:
        states[name] = .stopping(since: now)
        actions.append(.stop(name))
      case .stopping(let since):
        if now - since > Self.stopSeconds { actions.append(.kill(name)) }
      case .waiting where isTooMany, .done where isTooMany:
        states[name] = nil
      default: break
      }
    }
    return actions
  }

  /// Hears that a process has ended.
  public mutating func note(_ ending: ProcessEnding, of name: ProcessName, at now: Double) {
    guard let state = states[name] else { return }
    guard case .running(let since) = state, wanted.contains(name) else {
      states[name] = nil
      return
    }
    switch ending {
    case .exit(0):
      // A worker leaves when the run has ended, or when somebody told it to; if the run goes on, another one is due.
      states[name] = name.role == .server ? .done : .waiting(until: now + 2)
      quickDeaths[name] = 0
    case .exit(Self.configurationIsWrong):
      giveUp(name, ending)
    case .exit where isEnding && name.role == .server:
      // It could not make the last checkpoint: started again, it would go back to the one before.
      failed = (name, ending)
    default:
      let deaths = now - since < Self.quickSeconds ? quickDeaths[name, default: 0] + 1 : 1
      quickDeaths[name] = deaths
      states[name] = .waiting(until: now + 0.1 * Double(1 << min(deaths, 7)))
      if deaths >= Self.mostQuickDeaths { giveUp(name, ending) }
    }
  }

  private mutating func giveUp(_ name: ProcessName, _ ending: ProcessEnding) {
    if name.role == .evaluator { states[name] = .done } else { failed = (name, ending) }
  }

  private func isDue(_ name: ProcessName, at now: Double) -> Bool {
    switch states[name] {
    case nil: !(isEnding && name.role != .server)
    case .waiting(let until): until <= now && !(isEnding && name.role != .server)
    default: false
    }
  }
}
