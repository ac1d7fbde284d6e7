public import Telemetry

extension RunFolder {
  /// How the run was when that was last recorded; `nil` if it never was.
  public func lastStatus() throws(RunRecordError) -> RunStatus? { try RunRecord.last(RunStatus.self, at: metrics) }

  /// Refuses to take a run for a new one whose record knows a checkpoint: its disk may not be mounted.
  ///
  /// - Parameter place: Where there is none.
  public func demandNoCheckpoint(in place: String) throws {
    if let step = try lastStatus()?.lastCheckpointStep {
      throw ClusterError("expected the checkpoint of step \(step) in \(place), there is no good one")
    }
  }
}
