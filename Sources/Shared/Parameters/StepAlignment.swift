/// Which of a worker's copies of chunks it asks for again, so that all are of one step: a plain value.
///
/// In `sync` an update must be the mean of gradients that were computed from weights of one step. A worker whose gradient
/// came too late for some chunks, or that has just joined, may have some chunks as they were before an update and others
/// as they were after it. So it asks again for those that are behind until all are of one step, which takes no longer than
/// the others take for their backward pass.
///
/// Where a worker has died in the midst of a step, or a server went on from an older checkpoint than the others, some
/// chunks stay behind. Then a worker takes what it has after some tries. Its gradient belongs to the oldest step of its
/// weights: it is taken where it is needed, and comes too late where the chunks are ahead. So those that are behind catch
/// up.
public struct StepAlignment: Sendable {
  /// How often a worker asks again before it takes what it has.
  static let mostTries = 16

  private var tries = 0
  private var isCatchingUp = false

  public init() {}

  /// The chunks to ask for again, in their order; none when the worker is to go on with what it has.
  ///
  /// - Parameter versions: Of the copies of all chunks.
  public mutating func chunksToAskFor(_ versions: [UInt64]) -> [Int] {
    guard let newest = versions.max(), let oldest = versions.min(), oldest < newest else {
      self = StepAlignment()
      return []
    }
    if tries == Self.mostTries || isCatchingUp && newest - oldest > 1 {
      isCatchingUp = true
      tries = 0
      return []
    }
    tries += 1
    return versions.indices.filter { versions[$0] < newest }
  }

  /// How long to wait before asking: not at all the first time, then longer and longer.
  public var pauseMilliseconds: Int { tries < 2 ? 0 : 1 << min(tries - 2, 6) }
}
