import Clusters
import Foundation
import Parameters
import Synchronization
import Transport
import Wire

/// Tells server 0 once a second that this process lives, from a thread and a line of its own: a mini-batch, or the scoring
/// of a checkpoint, may take longer than a server waits for a sign of life.
final class Heartbeat: Sendable {
  /// How long a worker may still wait for answers after the run has ended: its last gradients need a moment, but those
  /// that wait for a worker that died would wait for ever.
  private static let lastSeconds = 10.0

  private let end = Mutex<(since: Double, step: Int)?>(nil)
  private let isStopped = Atomic(false)

  /// Whether server 0 said some time ago that the run is over.
  var isRunLongOver: Bool {
    end.withLock { $0.map { Clock.seconds - $0.since > Self.lastSeconds } ?? false }
  }

  /// The global step at which the run ended; `nil` while it goes on.
  var lastStep: Int? { end.withLock { $0?.step } }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// - Parameter sign: What is told now; it is answered with a directive.
  func start(in run: RunContact, telling sign: @escaping @Sendable () -> Request) {
    let (context, servers, number) = (run.context, run.servers, run.settings.run)
    Thread.detachNewThread { [self] in
      guard
        let lines = try? ServerLines(
          in: context, servers: 1, run: number, patience: Patience(giveUpSeconds: .infinity),
          address: servers.address(of:), keys: servers.keys(of:),
          isCancelled: { self.isStopped.load(ordering: .relaxed) })
      else { return }
      while !isStopped.load(ordering: .relaxed), let reply = try? lines.answer(to: sign()) {
        if case .directive(let told) = reply, told.directive == .finish {
          end.withLock { $0 = $0 ?? (Clock.seconds, told.step) }
        }
        Thread.sleep(forTimeInterval: 1)
      }
    }
  }
}
