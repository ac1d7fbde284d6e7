public import Telemetry

extension RunFolder {
  /// How the run was when that was last recorded; `nil` if it never was.
  public func lastStatus() throws(RunRecordError) -> RunStatus? { try RunRecord.last(RunStatus.self, at: metrics) }

  /// How often server 0 has ended the run in good order: at its last step, or told to stop.
  public func endings() throws(RunRecordError) -> Int {
    try RunRecord.read(RunEvent.self, at: events).count { $0.kind == .ended }
  }

  /// Refuses to take a run for a new one whose record knows a checkpoint: its disk may not be mounted.
  ///
  /// - Parameter place: Where there is none.
  public func demandNoCheckpoint(in place: String) throws {
    if let step = try lastStatus()?.lastCheckpointStep {
      throw ClusterError("expected the checkpoint of step \(step) in \(place), there is no good one")
    }
  }
}
