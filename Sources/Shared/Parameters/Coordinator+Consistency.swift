extension Coordinator {
  /// Counts a mini-batch that was not counted before.
  ///
  /// In `sync` and `bounded`, where a worker is told which mini-batch it is to compute, nothing is counted of one that was
  /// not told so by this server 0, or was dropped since: servers may have dropped its gradients. Rather one is counted too
  /// few than one too many.
  mutating func count(_ completed: Completion, of incarnation: UInt64, weights: Int) {
    let wasComputing = workers[incarnation]!.isComputing
    counted[incarnation] = min(completed.clock, Self.largestClock)
    workers[incarnation]!.isComputing = false
    workers[incarnation]!.clock = max(workers[incarnation]!.clock, counted[incarnation]!)
    switch settings.consistency {
    case .sync:
      if wasComputing { reach(weights) }
    case .bounded where !wasComputing: break
    case .async, .stalenessAware, .bounded:
      step += 1
      examples += completed.examples
    }
  }

  /// In `sync`, hears of weights of a step: all updates up to it were made, each of as many gradients as an update takes.
  mutating func reach(_ weights: Int) {
    let reached = min(weights, settings.steps)
    guard reached > step else { return }
    examples += (reached - step) * settings.consistency.gradientsPerUpdate * settings.batch
    step = reached
    isStepUnderWay = false
    releaseParked()
  }

  /// The least clock of those who take part; `nil` if nobody does.
  var leastClock: UInt64? { workers.values.lazy.filter { $0.place != nil }.map(\.clock).min() }

  mutating func directive(for incarnation: UInt64) -> Directive {
    let worker = workers[incarnation]!
    if isResting, worker.place != nil, worker.sampler == nil { return .tellSampler }
    if isOver { return .finish }
    if worker.isComputing { return .proceed }  // its answer was lost
    guard !isFinished || settings.consistency.isSync, !isResting, hasPlace(for: worker) else { return .wait }
    take(incarnation)
    return .proceed
  }

  /// Whether a worker may compute another mini-batch now.
  private func hasPlace(for worker: Worker) -> Bool {
    // The one that began goes on alone; another one begins when that is lost.
    if step < settings.warmStartSteps, worker.place == nil, leastClock != nil { return false }
    switch settings.consistency {
    case .async, .stalenessAware: return isWithinTarget
    case .bounded(let steps):
      let before = clockBefore(worker)
      return isWithinTarget && Consistency.isWithin(steps, before + 1, of: min(before, leastClock ?? before))
    // Who joins beyond the places replaces one that is lost.
    case .sync(let places, _): return worker.place != nil || workers.values.count { $0.place != nil } < places
    }
  }

  private var isWithinTarget: Bool { step + workers.values.count(where: \.isComputing) < settings.steps }

  /// The clock after which a worker is to go on: its own, but for one that begins to take part, which is not to keep the
  /// others waiting until it has caught up.
  private func clockBefore(_ worker: Worker) -> UInt64 {
    guard worker.place == nil, case .bounded = settings.consistency else { return worker.clock }
    return max(worker.clock, leastClock ?? latestClock)
  }

  /// Has a worker compute a mini-batch.
  private mutating func take(_ incarnation: UInt64) {
    var worker = workers[incarnation]!
    worker.clock = clockBefore(worker)
    latestClock = max(latestClock, worker.clock + 1)
    if worker.place == nil {
      worker.place = freePlace(for: worker.index)
      if worker.isAdmitted, let place = parked.removeValue(forKey: worker.index) {
        worker.leases.formUnion(place.leases)
      }
    }
    worker.isComputing = true
    worker.sampler = nil
    workers[incarnation] = worker
    isStepUnderWay = true
  }

  /// The place of a worker's own index, so that those of a resumed run go on as they were; or the first free one.
  private func freePlace(for index: Int) -> Int {
    guard case .sync(let places, _) = settings.consistency else { return 0 }
    let taken = Set(workers.values.compactMap(\.place))
    if index < places, !taken.contains(index) { return index }
    return (0..<places).first { !taken.contains($0) } ?? 0
  }
}
