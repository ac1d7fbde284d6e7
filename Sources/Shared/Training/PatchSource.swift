public import Datasets
public import Parameters

/// Where the mini-batches of a worker come from.
public protocol PatchSource {
  /// Draws a mini-batch.
  ///
  /// - Parameters:
  ///   - batch: How many patches; at least 1.
  ///   - step: The global step of the run.
  ///   - client: Gives shards to read, where that is how patches are shared among workers.
  mutating func draw(_ batch: Int, atStep step: Int, leasing client: any ParameterClient) throws -> PatchBatch

  /// Notes that the mini-batch which was drawn last is complete.
  mutating func collectRead()

  /// The shards that were read to the end, and so far told to nobody; not those that a mini-batch which was abandoned
  /// drew to the end.
  mutating func takeRead() -> [Lease]

  /// Where the drawing is, between two mini-batches: another worker that goes on from it draws what this one would have
  /// drawn.
  var state: String { get throws }
}
