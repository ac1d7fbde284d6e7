import Dispatch
import Glibc
import Synchronization

/// Whether this process was told to end: by SIGTERM, by Ctrl-C, or by the end of the process that started it.
public final class StopSignal: Sendable {
  private let isSet = Atomic(false)
  private let sources: Mutex<[any DispatchSourceProtocol]> = Mutex([])

  public init() {}

  public var isSent: Bool { isSet.load(ordering: .relaxed) }

  public func send() { isSet.store(true, ordering: .relaxed) }

  /// Is sent from now on when SIGTERM or SIGINT comes, which then no longer end the process at once.
  public func followSignals() {
    for number in [SIGTERM, SIGINT] {
      _ = unsafe signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.send() }
      keep(source)
    }
  }

  /// Is sent when the process that started this one is gone.
  public func followParent() {
    let parent = getppid()
    let source = DispatchSource.makeTimerSource(queue: .global())
    source.schedule(deadline: .now(), repeating: .milliseconds(500))
    source.setEventHandler { [weak self] in if getppid() != parent { self?.send() } }
    keep(source)
  }

  private func keep(_ source: sending any DispatchSourceProtocol) {
    source.resume()
    let kept = source
    sources.withLock { $0.append(kept) }
  }
}
