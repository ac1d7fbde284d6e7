/// What checkpoints cost in one setting.
struct CheckpointsCase: Encodable {
  let `case`: String
  let servers: Int
  let workers: Int
  let computeSeconds: Double
  /// Of one server.
  let shardBytes: Int
  /// Of all workers together, while no checkpoint is written; the median of the rounds.
  let stepsPerSecond: Double
  let stepsPerSecondWhileSaving: Double
  /// The median of each round's speed while saving over that of the phase before.
  let ratio: Double
  /// The median of what a checkpoint took.
  let checkpointSeconds: Double
  /// Of all servers together, while they write.
  let bytesPerSecond: Double
  /// How many cores servers and workers used, without and with a checkpoint under way.
  let cores: Double
  let coresWhileSaving: Double
  /// The most memory that one of the servers ever had.
  let peakBytes: Int
}
