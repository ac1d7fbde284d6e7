extension Coordinator {
  /// Takes back the leases that a worker has read, and gives it another.
  ///
  /// A worker that did not hear the answer asks again, and is given the lease that it was given then.
  ///
  /// - Parameters:
  ///   - holding: What the worker is reading.
  ///   - read: What it has read to the end; it may tell so more than once.
  public mutating func lease(_ incarnation: UInt64, holding: [Lease], read: [Lease], at now: Double) -> Lease {
    hear(incarnation, at: now)
    workers[incarnation]!.leases.subtract(read)
    for lease in holding where shards.take(lease) { workers[incarnation]!.leases.insert(lease) }
    let unheard = workers[incarnation]!.leases.subtracting(holding)
    let lease = unheard.inOrder.first ?? shards.next(for: workers[incarnation]!.place ?? 0)
    workers[incarnation]!.leases.insert(lease)
    return lease
  }

  /// Where a worker of some index is to go on in its shards; `nil` if there was none at the checkpoint.
  public func sampler(ofWorker index: Int) -> String? { parked[index]?.sampler }

  /// Hears where a worker is in its shards, while all rest.
  public mutating func take(_ sampler: String, of incarnation: UInt64, at now: Double) {
    hear(incarnation, at: now)
    if isResting { workers[incarnation]!.sampler = sampler }
  }

  /// Keeps what a worker has still to read for another one of its index.
  mutating func park(_ worker: Parked) {
    if let other = parked.updateValue(worker, forKey: worker.index) {
      for lease in other.leases { shards.giveBack(lease) }
    }
  }

  /// Gives the leases of those back whom nobody has gone on for.
  mutating func releaseParked() {
    guard !parked.isEmpty else { return }
    shards.dealNoMore()
    for lease in parked.values.flatMap(\.leases).inOrder.reversed() { shards.giveBack(lease) }
    parked = [:]
  }
}
