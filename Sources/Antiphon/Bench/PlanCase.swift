/// What a plan foretold of one number of workers on this machine, and what then was measured.
struct PlanCase: Encodable {
  let `case`: String
  let servers: Int
  let workers: Int
  let megabytes: Int
  let computeSeconds: Double
  let examplesPerSecond: Double
  /// Mini-batches of all workers together.
  let foretoldStepsPerSecond: Double
  let stepsPerSecond: Double
  let stepsRatio: Double
  /// Updates between the weights that a gradient was computed from and those that it was applied to, on server 0.
  let foretoldStalenessMean: Double
  let stalenessMean: Double
  /// `nil` where nothing is stale.
  let stalenessRatio: Double?
  let foretoldCores: Double
  let cores: Double
  /// From the start of the first process until the last worker has had an answer to its first gradients.
  let startToFirstStepSeconds: Double
  /// The most memory that one of the servers ever had.
  let peakBytes: Int
}
