import Checkpoints
import Dispatch
import Synchronization

/// Makes a checkpoint exist whose shards are all written, and lets go of the oldest, while server 0 goes on serving: an
/// object store or a disk in a network may take long.
final class CheckpointCommit: Sendable {
  struct Outcome: Sendable {
    let committing: Result<Void, any Error>
    /// Why the oldest could not be removed; `nil` if there was nothing to remove, or it was.
    let pruning: CheckpointError?
  }

  let name: CheckpointName
  let step: Int
  private let state = Mutex<Outcome?>(nil)

  /// - Parameters:
  ///   - keep: How many of the newest are kept.
  ///   - steps: Those of checkpoints that are kept beside them.
  ///   - mayCommit: Asked before each try; throws where the checkpoint must not exist any more.
  init(
    _ manifest: CheckpointManifest, name: CheckpointName, in store: CheckpointStore, keep: Int, sparing steps: Set<Int>,
    mayCommit: @escaping @Sendable () throws -> Void
  ) {
    self.name = name
    step = manifest.step
    DispatchQueue(label: "commit").async { [self] in
      let outcome: Outcome
      do {
        try store.commit(manifest, name: name, mayCommit: mayCommit)
        outcome = Outcome(committing: .success(()), pruning: Self.prune(store, keep: keep, sparing: steps))
      } catch { outcome = Outcome(committing: .failure(error), pruning: nil) }
      state.withLock { $0 = outcome }
    }
  }

  /// What became of it; `nil` while it is under way.
  var outcome: Outcome? { state.withLock { $0 } }

  private static func prune(_ store: CheckpointStore, keep: Int, sparing steps: Set<Int>) -> CheckpointError? {
    do throws(CheckpointError) {
      try store.prune(keep: keep, sparing: steps)
      return nil
    } catch { return error }
  }
}
