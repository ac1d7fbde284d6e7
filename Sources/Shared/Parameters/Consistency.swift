/// When a server applies gradients, and how far workers may drift apart.
///
/// As text: `async`, `staleness-aware`, `bounded:S`, `sync` or `sync:B`.
public enum Consistency: Codable, Equatable, Sendable {
  /// Each gradient is applied when it arrives (the paper's way; Downpour).
  case async
  /// As `async`, with the step size divided by the number of updates that a gradient came too late, where that is more
  /// than one (Zhang, Gupta, Lian and Liu 2016).
  case stalenessAware
  /// As `async`, but no gradient is computed from weights that miss an update of a worker's mini-batch that is more than
  /// `steps` mini-batches before the gradient's own (stale synchronous; Ho et al. 2013).
  case bounded(steps: Int)
  /// Of `workers` workers, the gradients of all but `backups` are averaged and applied as one: those that come first
  /// (Chen, Pan, Monga, Bengio and Jozefowicz 2016).
  case sync(workers: Int, backups: Int = 0)

  /// The number of gradients that make one update.
  public var gradientsPerUpdate: Int {
    switch self {
    case .async, .stalenessAware, .bounded: 1
    case .sync(let workers, let backups): workers - backups
    }
  }

  /// The fewest workers with which a run can go on.
  public var fewestWorkers: Int {
    if case .sync(let workers, _) = self { workers } else { 1 }
  }

  /// Whether gradients of several workers make one update.
  public var isSync: Bool {
    if case .sync = self { true } else { false }
  }

  /// Whether a worker tells of a mini-batch only when all servers have answered its gradients.
  public var countsWhatIsAnswered: Bool {
    switch self {
    case .async, .stalenessAware: false
    case .bounded, .sync: true
    }
  }

  /// Reads the text.
  ///
  /// - Parameter workers: Whose gradients make an update in `sync`, together with those of its backup workers.
  public init(parsing text: String, workers: Int) throws(SettingsError) {
    let fields = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let number = fields.count == 2 ? Int(fields[1]).flatMap { (0...Int(Int32.max)).contains($0) ? $0 : nil } : nil
    switch (fields[0], fields.count, number) {
    case ("async", 1, _): self = .async
    case ("staleness-aware", 1, _): self = .stalenessAware
    case ("bounded", 2, let steps?): self = .bounded(steps: steps)
    case ("sync", 1, _): self = .sync(workers: workers)
    case ("sync", 2, let backups?):
      guard backups < workers else {
        throw SettingsError("expected fewer backup workers than the \(workers) workers there are, not \(backups)")
      }
      self = .sync(workers: workers, backups: backups)
    default:
      throw SettingsError(
        "expected async, staleness-aware, bounded:S, sync or sync:B as the consistency, not '\(text)'")
    }
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func number(_ key: CodingKeys, _ name: Number, orElse absent: Int? = nil) throws -> Int {
      let numbers = try values.nestedContainer(keyedBy: Number.self, forKey: key)
      return try absent != nil && !numbers.contains(name) ? absent! : numbers.decode(Int.self, forKey: name)
    }
    switch values.allKeys.first {
    case .async: self = .async
    case .stalenessAware: self = .stalenessAware
    case .bounded: self = .bounded(steps: try number(.bounded, .steps))
    case .sync:  // earlier versions knew no backup workers
      self = .sync(workers: try number(.sync, .workers), backups: try number(.sync, .backups, orElse: 0))
    case nil: throw SettingsError("expected a consistency, such as {\"async\": {}}")
    }
    let limit = Int(Int32.max)
    switch self {
    case .bounded(let steps) where !(0...limit).contains(steps):
      throw SettingsError("expected a bound of 0 to \(limit) steps, not \(steps)")
    case .sync(let workers, let backups) where !(1...limit).contains(workers) || !(0..<workers).contains(backups):
      throw SettingsError("expected at least one worker, and fewer backups, not \(workers) and \(backups)")
    default: break
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .async: _ = values.nestedContainer(keyedBy: Number.self, forKey: .async)
    case .stalenessAware: _ = values.nestedContainer(keyedBy: Number.self, forKey: .stalenessAware)
    case .bounded(let steps):
      var numbers = values.nestedContainer(keyedBy: Number.self, forKey: .bounded)
      try numbers.encode(steps, forKey: .steps)
    case .sync(let workers, let backups):
      var numbers = values.nestedContainer(keyedBy: Number.self, forKey: .sync)
      try numbers.encode(workers, forKey: .workers)
      if backups > 0 { try numbers.encode(backups, forKey: .backups) }
    }
  }

  private enum CodingKeys: String, CodingKey {
    case async, stalenessAware, bounded, sync
  }

  private enum Number: String, CodingKey {
    case steps, workers, backups
  }
}

extension Consistency {
  /// Whether weights are too old for a mini-batch: their reading began when the updates of all clocks up to `least` were
  /// known to be on all servers.
  ///
  /// - Parameter clock: Of the mini-batch that is to be computed from them.
  public func areTooOld(readAt least: UInt64, forClock clock: UInt64) -> Bool {
    guard case .bounded(let steps) = self else { return false }
    return !Self.isWithin(steps, clock, of: least)
  }

  /// Whether a mini-batch may be computed from weights with the updates of all clocks up to `least`: those that they miss
  /// are of the last `steps` clocks before its own.
  static func isWithin(_ steps: Int, _ clock: UInt64, of least: UInt64) -> Bool {
    clock <= least || clock - least <= UInt64(steps) + 1
  }
}

extension Consistency: CustomStringConvertible {
  public var description: String {
    switch self {
    case .async: "async"
    case .stalenessAware: "staleness-aware"
    case .bounded(let steps): "bounded:\(steps)"
    case .sync(_, 0): "sync"
    case .sync(_, let backups): "sync:\(backups)"
    }
  }
}
