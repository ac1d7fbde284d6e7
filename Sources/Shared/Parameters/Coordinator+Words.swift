extension Coordinator {
  /// A mini-batch whose gradients a worker has sent.
  public struct Completion: Equatable, Sendable {
    /// The worker's count of its own mini-batches, from 1.
    public let clock: UInt64
    /// The global step that the worker knew when it began.
    public let basedOnStep: Int
    public let examples: Int
    public let loss: Float
    /// For how much of `seconds` the worker could not compute, since it waited for servers.
    public let waitedSeconds: Float
    /// How long the mini-batch took, from the completion of the one before.
    public let seconds: Float

    public init(
      clock: UInt64, basedOnStep: Int, examples: Int, loss: Float, waitedSeconds: Float = 0, seconds: Float = 0
    ) {
      self.clock = clock
      self.basedOnStep = basedOnStep
      self.examples = examples
      self.loss = loss
      self.waitedSeconds = waitedSeconds
      self.seconds = seconds
    }
  }

  /// What a worker is to do next.
  public enum Directive: UInt8, Sendable {
    /// Compute another mini-batch.
    case proceed
    /// Ask again: the mini-batches that others compute may be the last ones, or as many as make an update.
    case wait
    /// Leave: the run has its steps, or was told to stop.
    case finish
    /// Tell where the drawing of patches is, for a checkpoint, and ask again.
    case tellSampler
  }

  /// A directive, and what it takes to follow it.
  public struct Instruction: Equatable, Sendable {
    public let directive: Directive
    /// The global step.
    public let step: Int
    /// The clock of the mini-batch that is to be computed.
    public let clock: UInt64
    /// In `bounded`, the clock up to which all updates of those who take part are on all servers.
    public let leastClock: UInt64

    public init(_ directive: Directive, step: Int, clock: UInt64 = 0, leastClock: UInt64 = 0) {
      self.directive = directive
      self.step = step
      self.clock = clock
      self.leastClock = leastClock
    }
  }

  /// A worker at a step where all rest: another one of its index can go on in its place.
  public struct Parked: Codable, Equatable, Sendable {
    public let index: Int
    public let leases: [Lease]
    /// Where the drawing of patches was, as the worker wrote it.
    public let sampler: String

    init(_ worker: Worker) {
      index = worker.index
      leases = worker.leases.inOrder
      sampler = worker.sampler ?? ""
    }
  }

  /// What a checkpoint keeps.
  public struct Saved: Codable, Equatable, Sendable {
    /// The gradients that are in updates.
    public var completions: Int
    public var examples: Int
    public var shards: ShuffledShards
    /// The leases that workers held.
    public var held: [Lease]
    /// The last mini-batch of each worker that was counted.
    public var counted: [ChunkState.Applied]
    /// Those who can be gone on for; `nil` in checkpoints of earlier versions.
    public var parked: [Parked]?
  }
}
