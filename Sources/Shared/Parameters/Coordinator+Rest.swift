/// In `sync`, workers rest at a step while all servers take their snapshot of it.
///
/// A gradient belongs to the step of the weights that it was computed from, and as long as nobody was told to compute from
/// the weights of a step, none of its gradients can be on its way: whatever a worker that is slow, or thought dead, still
/// sends, comes too late to be taken. So when nobody is let go beyond a step, and one worker has reached it, all chunks on
/// all servers are of that step, and stay so.
extension Coordinator {
  /// Whether nobody is let go on from the present step.
  public var isResting: Bool {
    settings.consistency.isSync && step >= min(restingStep ?? .max, settings.steps)
  }

  /// Whether all who are not late have said where they are in their shards.
  public var isReadyToSave: Bool {
    guard settings.consistency.isSync else { return true }
    let taking = workers.values.filter { $0.place != nil }
    let needed = min(settings.consistency.gradientsPerUpdate, taking.count)
    return isResting && taking.count { $0.sampler != nil } >= needed
  }

  /// Whether workers are to leave.
  var isOver: Bool { isFinished && (!settings.consistency.isSync || isResting) }

  /// In `sync`, lets nobody go on beyond a step, or beyond the one that is under way if that is a later one.
  public mutating func rest(at wanted: Int = 0) {
    guard settings.consistency.isSync else { return }
    restingStep = min(restingStep ?? .max, max(wanted, isStepUnderWay ? step + 1 : step))
  }

  /// Lets all go on, up to a step at which they are to rest again.
  public mutating func goOn(until next: Int? = nil) {
    guard !isStopping else { return }
    restingStep = nil
    if let next { rest(at: next) }
  }

  /// Ends the run where it is: the step that is under way cannot be completed, since somebody is missing.
  public mutating func stopWaitingForStep() { restingStep = min(restingStep ?? step, step) }
}
