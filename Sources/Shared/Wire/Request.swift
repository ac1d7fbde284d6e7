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
  /// Where the server's other lanes listen. Answered with `lanes`.
  case lanes

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
