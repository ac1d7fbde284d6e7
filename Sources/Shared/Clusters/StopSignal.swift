import Dispatch
import Glibc
import Synchronization

/// Whether this process was told to end: by SIGTERM, by Ctrl-C, or by the end of the process that started it.
///
/// What it follows it follows until the process ends.
public final class StopSignal: Sendable {
  private let isSet = Atomic(false)

  public init() {}

  public var isSent: Bool { isSet.load(ordering: .relaxed) }

  public func send() { isSet.store(true, ordering: .relaxed) }

  /// Is sent from now on when SIGTERM or SIGINT comes, which then no longer end the process at once.
  public func followSignals() {
    // A queue of its own has a thread at once, where the global one waits for a core that does no work.
    let queue = DispatchQueue(label: "signals")
    for number in [SIGTERM, SIGINT] {
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler { [self] in withExtendedLifetime(source) { send() } }
      source.resume()
    }
  }

  /// Is sent when the process that started this one is gone.
  public func followParent() {
    let parent = getppid()
    let source = DispatchSource.makeTimerSource(queue: .global())
    source.schedule(deadline: .now(), repeating: .milliseconds(500))
    source.setEventHandler { [self] in withExtendedLifetime(source) { if getppid() != parent { send() } } }
    source.resume()
  }
}
