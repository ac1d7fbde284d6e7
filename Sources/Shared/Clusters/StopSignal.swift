import Dispatch
import Glibc
import Synchronization

/// Whether this process was told to end: by SIGTERM, by Ctrl-C, or by the end of the process that started it.
///
/// What it follows it follows until the process ends.
public final class StopSignal: Sendable {
  /// Signals that come together are of one cause: 'timeout' sends one to a program, and one to its group.
  private static let togetherSeconds = 0.5

  /// As it is before anything is followed.
  private static let isHangUpIgnored: Bool = {
    var action = sigaction()
    unsafe sigaction(SIGHUP, nil, &action)
    let handler = unsafe unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
    return unsafe handler == unsafeBitCast(SIG_IGN, to: Int.self)
  }()

  private let count = Atomic(0)

  private let lastSignal = Mutex<ContinuousClock.Instant?>(nil)

  public init() {}

  public var isSent: Bool { count.load(ordering: .relaxed) > 0 }

  /// Whether it was sent more than once: somebody does not want to wait.
  public var isUrgent: Bool { count.load(ordering: .relaxed) > 1 }

  public func send() { count.add(1, ordering: .relaxed) }

  /// Is sent from now on when SIGTERM or SIGINT comes, which then no longer end the process at once.
  ///
  /// - Parameters:
  ///   - hangUp: Whether SIGHUP, the end of its terminal, is followed too; not where it is ignored, as by 'nohup'.
  ///   - hurry: Done when another one comes, while who was to end at the first may be at something long.
  public func followSignals(hangUp: Bool = false, hurry: @escaping @Sendable () -> Void = {}) {
    // A queue of its own has a thread at once, where the global one waits for a core that does no work.
    let queue = DispatchQueue(label: "signals")
    // Where who started this program ignores it, the ends of processes that are started here would not be told.
    _ = signal(SIGCHLD, SIG_DFL)
    for number in [SIGTERM, SIGINT] + (hangUp && !Self.isHangUpIgnored ? [SIGHUP] : []) {
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [self] in withExtendedLifetime(source) { hearSignal(hurry) } }
      source.resume()
    }
  }

  private func hearSignal(_ hurry: () -> Void) {
    let isTogether = lastSignal.withLock { last in
      defer { last = .now }
      return last.map { .now - $0 < .seconds(Self.togetherSeconds) } ?? false
    }
    guard !isTogether else { return }
    send()
    if isUrgent { hurry() }
  }

  /// Is sent when the process that started this one is gone.
  ///
  /// - Parameter parent: Its number, if it told it: it may be gone before this one asks for the first time.
  public func followParent(_ parent: Int32? = nil) {
    Self.followParent(parent ?? getppid()) { [self] in send() }
  }

  /// Does something when the process that started this one is gone.
  ///
  /// - Parameter parent: Its number.
  public static func followParent(_ parent: Int32, _ body: @escaping @Sendable () -> Void) {
    let source = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "parent"))
    source.schedule(deadline: .now(), repeating: .milliseconds(500))
    source.setEventHandler {
      guard getppid() != parent else { return }
      source.cancel()
      body()
    }
    source.resume()
  }
}
