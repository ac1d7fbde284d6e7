public import Parameters

/// What is asked of a server.
public enum Request: Equatable, Sendable {
  /// The run's settings, before joining. Answered with `settings`.
  case settings
  /// To take part. Answered with `joined`.
  case join(Join)
  /// The values of some chunks. Answered with `values`.
  case pull(chunks: [UInt32])
  /// To apply gradients; a part with values follows for each chunk. Answered with `values`, or with `pending`.
  case push(Push)
  /// What became of a push that was `pending`. Answered as the push is, or with `unknown`.
  case outcome(Push)
  /// To go on to the next mini-batch. Answered with `directive`.
  ///
  /// In `sync`, `weights` is the step of the weights that the worker has.
  case advance(incarnation: UInt64, weights: UInt64, completed: Coordinator.Completion?)
  /// Where the drawing of patches is; asked for by a directive. Answered with `done`.
  case sampler(incarnation: UInt64, state: String)
  /// A shard to read. Answered with `lease`.
  case lease(incarnation: UInt64, holding: [Lease], read: [Lease])
  /// A sign of life. Answered with `directive`.
  case report(incarnation: UInt64, index: UInt32, process: UInt32)
  /// To take part no longer. Answered with `done`.
  case leave(incarnation: UInt64, read: [Lease])
  /// A sign of life of an evaluator, with the step of the checkpoint that it is scoring, 0 for none. Answered with
  /// `directive`: `proceed` where there is a checkpoint that nobody has scored yet, whose step it tells; `wait`; or `finish`.
  case attend(index: UInt32, process: UInt32, scoring: UInt64)
  /// What an evaluator found, a `ValidationResult` as JSON. Answered with `done`.
  case validation([UInt8])
  /// From an evaluator that was told to go: it scores no more. Answered with `done`.
  case retire(index: UInt32, process: UInt32)
  /// How the run is. Answered with `status`.
  case status
  /// To have another number of workers. Answered with `done`.
  case scale(workers: UInt32)
  /// To end the run in good order. Answered with `done`.
  case stop
  /// From server 0: to write the shard of a checkpoint. Answered with `saved`, when it is.
  case save(folder: String)
  /// From server 0: to hold what belongs in the shard of a checkpoint, which is written meanwhile. Answered with
  /// `snapshotTaken`.
  case snapshot(folder: String)
  /// From server 0: the run has ended. Answered with `done`.
  case end
  /// From server 0: a sign of life. Answered with `load`.
  case load
  /// Where the server's other lanes listen. Answered with `lanes`.
  case lanes
  /// From the server whose replica the other one holds: to make the same updates; a part with the values of each one
  /// follows. Answered with `done`, or with `behind`.
  case replicate(Replicate)
  /// From the same: to take whole chunks; parts with the values and each of the optimizer's tensors follow for each chunk.
  /// Answered with `done`.
  case copy(Copy)
  /// From a new start of the same: to have some chunks back. Answered with `copies`.
  case recover(generation: UInt32, chunks: [UInt32])
  /// From server 0: to keep what it knows of the run, as JSON. Answered with `kept`.
  case keep(generation: UInt32, state: [UInt8])
  /// From a new start of server 0: to have that back. Answered with `kept`.
  case kept(generation: UInt32)

  /// Who wants to take part.
  public struct Join: Equatable, Sendable {
    public var index: UInt32
    public var process: UInt32
    /// The digest of the worker's manifest.
    public var manifest: UInt64
    /// The digest of the labels of the worker's dataset.
    public var vocabulary: String

    public init(index: UInt32, process: UInt32, manifest: UInt64, vocabulary: String) {
      self.index = index
      self.process = process
      self.manifest = manifest
      self.vocabulary = vocabulary
    }
  }

  /// The gradients of one mini-batch for some chunks, by name: (incarnation, clock, chunk).
  public struct Push: Equatable, Sendable {
    public var incarnation: UInt64
    public var clock: UInt64
    public var chunks: [ChunkVersion]

    public init(incarnation: UInt64, clock: UInt64, chunks: [ChunkVersion]) {
      self.incarnation = incarnation
      self.clock = clock
      self.chunks = chunks
    }
  }
}

/// Updates that a server made, for the one that holds its replica.
public struct Replicate: Equatable, Sendable {
  /// By this number the sender knows its answer.
  public var number: UInt64
  /// The sender's count of its own starts.
  public var generation: UInt32
  /// The start with which this line of values began: the sender's own, or the one of which it took over the replica.
  public var lineage: UInt32
  public var updates: [Update]

  public struct Update: Equatable, Sendable {
    public var chunk: UInt32
    /// The chunk's version before it.
    public var version: UInt64
    public var learningRate: Float
    public var names: [ChunkState.Applied]

    public init(chunk: UInt32, version: UInt64, learningRate: Float, names: [ChunkState.Applied]) {
      self.chunk = chunk
      self.version = version
      self.learningRate = learningRate
      self.names = names
    }
  }

  public init(number: UInt64, generation: UInt32, lineage: UInt32, updates: [Update]) {
    self.number = number
    self.generation = generation
    self.lineage = lineage
    self.updates = updates
  }
}

/// Whole chunks, for the server that holds their replica.
public struct Copy: Equatable, Sendable {
  /// By this number the sender knows its answer.
  public var number: UInt64
  /// The sender's count of its own starts.
  public var generation: UInt32
  /// As in `Replicate`.
  public var lineage: UInt32
  public var chunks: [CopiedChunk]

  public init(number: UInt64, generation: UInt32, lineage: UInt32, chunks: [CopiedChunk]) {
    self.number = number
    self.generation = generation
    self.lineage = lineage
    self.chunks = chunks
  }
}

/// All of a chunk but its tensors.
public struct CopiedChunk: Equatable, Sendable {
  public var chunk: UInt32
  public var version: UInt64
  public var applied: [ChunkState.Applied]

  public init(chunk: UInt32, version: UInt64, applied: [ChunkState.Applied]) {
    self.chunk = chunk
    self.version = version
    self.applied = applied
  }
}

/// A chunk and the number of updates that made its values.
public struct ChunkVersion: Equatable, Sendable {
  /// The chunk's position in the manifest.
  public var chunk: UInt32
  public var version: UInt64

  public init(chunk: UInt32, version: UInt64) {
    self.chunk = chunk
    self.version = version
  }
}
